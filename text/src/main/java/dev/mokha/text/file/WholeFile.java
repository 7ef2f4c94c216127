package dev.mokha.text.file;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// Files that are there whole or not at all: written under a name of their own, then moved, so that whoever
/// reads, or a run that is killed, finds the old file or the new one.
public final class WholeFile {
    private WholeFile() {}

    /// Writes a text as UTF-8, in place of what was there.
    ///
    /// @throws UncheckedIOException naming the file that cannot be written
    public static void write(Path file, String text) {
        Path partial = file.resolveSibling(file.getFileName() + ".partial");
        try {
            Files.writeString(partial, text);
            Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }
}
