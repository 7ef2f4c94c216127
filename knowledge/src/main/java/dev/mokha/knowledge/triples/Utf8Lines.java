package dev.mokha.knowledge.triples;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// The lines of a file, gzipped or not, one in memory at a time. A line that is not UTF-8 is a bad line;
/// the next is read as if nothing had been.
final class Utf8Lines implements AutoCloseable {
    /// Longer lines are taken for a file of another kind.
    static final int LONGEST = 1 << 24;

    private static final byte[] MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    private final Path file;
    private final BadLines bad;
    private final InputStream in;
    private final byte[] buffer = new byte[1 << 16];
    private int at;
    private int end;
    private byte[] line = new byte[256];
    private int length;
    private long number;

    Utf8Lines(Path file, BadLines bad, LongConsumer read) throws IOException {
        this.file = file;
        this.bad = bad;
        this.in = CountedBytes.open(file, read);
    }

    /// {@return the number of the line read last, counted from 1}
    long number() {
        return number;
    }

    /// {@return the next line without its end; null behind the last}
    @Nullable
    String next() throws IOException {
        while (fill()) {
            number++;
            int start = number == 1 && startsWithMark() ? MARK.length : 0;
            if (length > start && line[length - 1] == '\r') {
                length--;
            }
            try {
                return decoded(start);
            } catch (CharacterCodingException e) {
                bad.found(
                        file,
                        number,
                        "not UTF-8 at byte " + firstBad(start) + " of the line (iconv -t UTF-8 converts)");
            }
        }
        return null;
    }

    private boolean startsWithMark() {
        return length >= MARK.length && Arrays.equals(line, 0, MARK.length, MARK, 0, MARK.length);
    }

    private String decoded(int start) throws CharacterCodingException {
        for (int i = start; i < length; i++) {
            if (line[i] < 0) {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(line, start, length - start))
                        .toString();
            }
        }
        return new String(line, start, length - start, StandardCharsets.ISO_8859_1); // ASCII: much the fastest
    }

    /// The place, counted from 1, up to which the line is UTF-8.
    private int firstBad(int start) {
        var bytes = ByteBuffer.wrap(line, start, length - start);
        StandardCharsets.UTF_8.newDecoder().decode(bytes, CharBuffer.allocate(length + 1), true);
        return bytes.position() + 1;
    }

    /// Reads the bytes of a line into `line`; {@return whether there was one}
    private boolean fill() throws IOException {
        length = 0;
        while (true) {
            if (at == end) {
                end = in.read(buffer, 0, buffer.length);
                at = 0;
                if (end <= 0) {
                    end = 0;
                    return length > 0;
                }
            }
            int stop = at;
            while (stop < end && buffer[stop] != '\n') {
                stop++;
            }
            append(at, stop);
            boolean whole = stop < end;
            at = whole ? stop + 1 : stop;
            if (whole) {
                return true;
            }
        }
    }

    private void append(int from, int to) {
        int size = length + to - from;
        if (size > LONGEST) {
            throw new MalformedFactsException(
                    file, number + 1, "longer than " + LONGEST + " bytes; this is no file of lines: name its --format");
        }
        if (size > line.length) {
            line = Arrays.copyOf(line, Math.max(size, 2 * line.length));
        }
        System.arraycopy(buffer, from, line, length, to - from);
        length = size;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
