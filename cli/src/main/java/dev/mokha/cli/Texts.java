package dev.mokha.cli;

import dev.mokha.language.corpus.Document;
import dev.mokha.language.corpus.TextSource;
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
}
