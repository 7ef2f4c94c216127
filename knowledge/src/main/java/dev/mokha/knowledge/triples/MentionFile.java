package dev.mokha.knowledge.triples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/// A table of texts by which people call entities: `entity<TAB>text`, gzipped or not, without a header.
public record MentionFile(Path path) {

    /// Reads all mentions in order, and says each to the sink.
    ///
    /// @throws MalformedFactsException naming file, line, what was found and the way out
    public void read(BadLines bad, FactSink sink) {
        try (var lines = new Utf8Lines(path, bad, sink::read)) {
            for (String line = lines.next(); line != null; line = lines.next()) {
                int tab = line.indexOf('\t');
                if (tab > 0 && tab + 1 < line.length() && line.indexOf('\t', tab + 1) < 0) {
                    sink.mention(line.substring(0, tab), line.substring(tab + 1), lines.number());
                } else if (!line.isBlank()) {
                    bad.found(path, lines.number(), "found '" + line + "', not a name, a tab and a text");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// {@return a mention as a line}
    ///
    /// @throws IllegalArgumentException for a tab or a line end in it
    public static String line(String entity, String text) {
        return TableWriter.tabbed(List.of(entity, text));
    }
}
