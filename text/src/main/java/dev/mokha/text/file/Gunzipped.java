package dev.mokha.text.file;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/// Files that may be gzipped, which their first two bytes tell, whatever they are called.
public final class Gunzipped {
    private static final int BUFFER = 1 << 16;

    private Gunzipped() {}

    /// Opens a file; {@return its bytes, unpacked where they are gzipped}
    ///
    /// @throws java.util.zip.ZipException when it begins as gzip does and is none
    public static InputStream open(Path file) throws IOException {
        return of(Files.newInputStream(file));
    }

    /// Reads a file that was opened; {@return its bytes, unpacked where they are gzipped}
    ///
    /// @throws java.util.zip.ZipException when it begins as gzip does and is none; the file is closed then
    public static InputStream of(InputStream file) throws IOException {
        InputStream raw = new BufferedInputStream(file, BUFFER);
        try {
            raw.mark(2);
            boolean gzipped = raw.read() == 0x1f && raw.read() == 0x8b;
            raw.reset();
            return gzipped ? new BufferedInputStream(new GZIPInputStream(raw, BUFFER), BUFFER) : raw;
        } catch (IOException e) {
            raw.close();
            throw e;
        }
    }
}
