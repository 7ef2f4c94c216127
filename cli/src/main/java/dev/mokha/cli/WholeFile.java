package dev.mokha.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;

/// A file that is there when all of it is: it is written beside its place and moved there. Gzipped where
/// its name ends with `.gz`.
final class WholeFile {
    private static final int BUFFER = 1 << 16;

    private WholeFile() {}

    interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    static void write(Path file, Content content) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".part");
        try {
            try (OutputStream raw = Files.newOutputStream(part, StandardOpenOption.CREATE_NEW);
                    OutputStream out = String.valueOf(file.getFileName()).endsWith(".gz")
                            ? new GZIPOutputStream(raw, BUFFER)
                            : new BufferedOutputStream(raw, BUFFER)) {
                content.writeTo(out);
            }
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }
}
