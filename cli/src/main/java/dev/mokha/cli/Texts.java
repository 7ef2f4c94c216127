package dev.mokha.cli;

import dev.mokha.language.corpus.Document;
import dev.mokha.language.corpus.TextSource;
import dev.mokha.text.file.Gunzipped;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/// Documents of several files, one file in memory at a time.
final class Texts {
    private Texts() {}

    /// {@return the documents in order}
    static Iterable<String> of(List<Path> paths) {
        List<Path> files = paths.stream()
                .flatMap(path -> TextSource.of(path).files().stream())
                .toList();
        return () -> files.stream()
                .flatMap(file -> TextSource.of(file).all().stream())
                .map(Document::text)
                .iterator();
    }

    /// {@return the lines of a file, gzipped or not, each a text}
    static List<String> lines(Path file) {
        try (InputStream in = Gunzipped.open(file)) {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(in.readAllBytes()))
                    .toString()
                    .lines()
                    .toList();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(file + " is not UTF-8; convert it first (iconv -t UTF-8)", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
