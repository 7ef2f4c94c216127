package dev.mokha.knowledge.triples;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/// Passes bytes on as long as they are UTF-8 ([RFC 3629](https://www.rfc-editor.org/rfc/rfc3629)); a byte
/// that is not is an error with its line, where parsers would put a replacement character into a name.
final class Utf8Check extends FilterInputStream {
    private final Path file;
    private long line = 1;
    private int following;
    private int low;
    private int high;

    Utf8Check(Path file, InputStream in) {
        super(in);
        this.file = file;
    }

    @Override
    public int read() throws IOException {
        int value = super.read();
        if (value < 0) {
            end();
        } else {
            take(value);
        }
        return value;
    }

    @Override
    public int read(byte[] bytes, int from, int count) throws IOException {
        int got = super.read(bytes, from, count);
        if (got < 0) {
            end();
        }
        for (int i = 0; i < got; i++) {
            take(bytes[from + i] & 0xff);
        }
        return got;
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    private void take(int value) {
        if (following > 0) {
            require(value >= low && value <= high);
            following--;
            low = 0x80;
            high = 0xbf;
        } else if (value >= 0x80) {
            require(value >= 0xc2 && value <= 0xf4);
            following = value < 0xe0 ? 1 : value < 0xf0 ? 2 : 3;
            low = value == 0xe0 ? 0xa0 : value == 0xf0 ? 0x90 : 0x80; // no longer form than needed
            high = value == 0xed ? 0x9f : value == 0xf4 ? 0x8f : 0xbf; // no surrogates, nothing above U+10FFFF
        } else if (value == '\n') {
            line++;
        }
    }

    private void end() {
        require(following == 0);
    }

    private void require(boolean right) {
        if (!right) {
            throw new MalformedFactsException(file, line, "not UTF-8 (iconv -t UTF-8 converts)");
        }
    }
}
