package dev.mokha.knowledge.triples;

import dev.mokha.text.file.Gunzipped;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/// Says how many bytes were read so far, before they are unpacked.
final class CountedBytes extends FilterInputStream {
    private final LongConsumer read;
    private long bytes;

    private CountedBytes(InputStream in, LongConsumer read) {
        super(in);
        this.read = read;
    }

    /// Opens a file, gzipped or not; {@return what is in it}
    static InputStream open(Path file, LongConsumer read) throws IOException {
        return Gunzipped.of(new CountedBytes(Files.newInputStream(file), read));
    }

    @Override
    public int read() throws IOException {
        int value = super.read();
        if (value >= 0) {
            read.accept(++bytes);
        }
        return value;
    }

    @Override
    public int read(byte[] buffer, int from, int count) throws IOException {
        int got = super.read(buffer, from, count);
        if (got > 0) {
            bytes += got;
            read.accept(bytes);
        }
        return got;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
