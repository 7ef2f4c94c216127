package dev.mokha.knowledge.triples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads rows of names: TSV, whose lines are split at tabs, and CSV, whose fields may stand in quotes.
final class TableReader {
    private final Path file;
    private final BadLines bad;
    private final FactSink sink;
    private @Nullable RowMeaning meaning;

    private TableReader(Path file, BadLines bad, FactSink sink) {
        this.file = file;
        this.bad = bad;
        this.sink = sink;
    }

    static void tsv(Path file, Columns columns, BadLines bad, FactSink sink) throws IOException {
        var reader = new TableReader(file, bad, sink);
        try (var lines = new Utf8Lines(file, bad, sink::read)) {
            for (String line = lines.next(); line != null; line = lines.next()) {
                if (!line.isBlank()) {
                    reader.row(split(line), lines.number(), columns);
                }
            }
        }
    }

    static void csv(Path file, Columns columns, BadLines bad, FactSink sink) throws IOException {
        var reader = new TableReader(file, bad, sink);
        try (var lines = new Utf8Lines(file, bad, sink::read)) {
            var records = new CsvRecords(file, lines, bad);
            for (List<String> row = records.next(); row != null; row = records.next()) {
                reader.row(row, records.line(), columns);
            }
        }
    }

    private void row(List<String> row, long line, Columns columns) {
        RowMeaning known = meaning;
        if (known == null && columns.header()) {
            try {
                meaning = RowMeaning.of(row, columns);
            } catch (IllegalArgumentException e) {
                throw new MalformedFactsException(file, line, String.valueOf(e.getMessage())); // not one to skip
            }
            return;
        }
        if (known == null) {
            known = RowMeaning.plain();
            meaning = known;
        }
        try {
            known.pass(row, line, sink);
        } catch (IllegalArgumentException e) {
            bad.found(file, line, String.valueOf(e.getMessage()));
        }
    }

    private static List<String> split(String line) {
        var fields = new ArrayList<String>(5);
        int from = 0;
        for (int tab = line.indexOf('\t'); tab >= 0; tab = line.indexOf('\t', from)) {
            fields.add(line.substring(from, tab));
            from = tab + 1;
        }
        fields.add(line.substring(from));
        return fields;
    }
}
