package dev.mokha.language.task;

import dev.mokha.text.file.Gunzipped;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipException;

/// A file of examples as text: gzipped or not, UTF-8, without the byte order mark that some begin with.
///
/// It is read whole, so that a fault on its last line is found before anything is done with the first.
record TextFile(Path path, String text) {
    private static final int LARGEST = 1 << 30;

    static TextFile read(Path path) {
        byte[] bytes = bytes(path);
        var decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        var in = ByteBuffer.wrap(bytes);
        var out = CharBuffer.allocate(bytes.length);
        CoderResult result = decoder.decode(in, out, true);
        if (result.isError()) {
            long line = 1;
            for (int i = 0; i < in.position(); i++) {
                line += bytes[i] == '\n' ? 1 : 0;
            }
            throw new Place(path, line)
                    .error(
                            "byte 0x%02X is not UTF-8; convert the file first, such as with iconv -f WINDOWS-1256 -t UTF-8"
                                    .formatted(bytes[in.position()]));
        }
        String text = out.flip().toString();
        text = text.startsWith("\uFEFF") ? text.substring(1) : text;
        if (text.isBlank()) {
            throw new TaskDataException(path + " is empty; it should hold a row for each example");
        }
        return new TextFile(path, text);
    }

    private static byte[] bytes(Path path) {
        if (!Files.exists(path)) {
            throw new TaskDataException("there is no file " + path);
        }
        if (Files.isDirectory(path)) {
            throw new TaskDataException(path + " is a folder; name the file in it");
        }
        try (InputStream plain = Gunzipped.open(path)) {
            byte[] bytes = plain.readNBytes(LARGEST);
            if (bytes.length == LARGEST) {
                throw new TaskDataException(path + " holds more than 1 GiB of text; split it");
            }
            return bytes;
        } catch (EOFException | ZipException e) {
            throw new TaskDataException(path + " is a broken gzip file: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new TaskDataException("cannot read " + path + ": " + e.getMessage(), e);
        }
    }

    /// {@return where a line begins in the text, after that many line ends; its length when there are
    /// fewer}
    int lineStart(long line) {
        int at = 0;
        for (long ends = 1; ends < line && at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '\n' || (c == '\r' && (at + 1 == text.length() || text.charAt(at + 1) != '\n'))) {
                ends++;
            }
        }
        return at;
    }
}
