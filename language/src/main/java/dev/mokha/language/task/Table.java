package dev.mokha.language.task;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A file of rows with named columns.
///
/// @param file gzipped or not
/// @param header whether the first line names the columns; JSON lines name them themselves
/// @param columns the names where there is no header; empty for `1`, `2` and so on
public record Table(Path file, TableFormat format, boolean header, List<String> columns) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    public Table {
        columns = List.copyOf(columns);
    }

    /// {@return a file with a header, of the format that its name says}
    public static Table of(Path file) {
        return new Table(file, TableFormat.of(file), true, List.of());
    }

    /// {@return a file without a header}
    public Table withoutHeader(List<String> names) {
        return new Table(file, format, false, names);
    }

    public Table withFormat(TableFormat other) {
        return new Table(file, other, header, columns);
    }

    /// Reads all rows; blank lines are none.
    ///
    /// @throws TaskDataException for a file that cannot be read, and unless they are left out for a broken
    /// row
    public List<Row> rows(BadRows bad) {
        TextFile text = TextFile.read(file);
        List<Row> rows = new ArrayList<>();
        if (format == TableFormat.JSONL) {
            json(text, rows, bad);
        } else {
            var lines = new Lines(rows, bad);
            if (format == TableFormat.TSV) {
                tabs(text, lines);
            } else {
                new QuotedRows(text, format == TableFormat.CSV ? ',' : '\t').read(lines, bad);
            }
        }
        if (rows.isEmpty()) {
            throw new TaskDataException(file
                    + (bad.count() > 0
                            ? " has no good row: " + bad.first().getFirst()
                            : " holds a header and no row; it should hold a row for each example"));
        }
        return rows;
    }

    private void tabs(TextFile text, Consumer<Fields> rows) {
        eachLine(text, (number, line) -> rows.accept(new Fields(number, List.of(line.split("\t", -1)))));
    }

    private void json(TextFile text, List<Row> rows, BadRows bad) {
        eachLine(text, (number, line) -> {
            @Nullable Row row = bad.attempt(() -> json(new Place(file, number), line));
            if (row != null) {
                rows.add(row);
            }
        });
    }

    private static Row json(Place place, String line) {
        JsonNode node;
        try {
            node = JSON.readTree(line);
        } catch (JacksonException e) {
            throw place.error("not JSON: " + e.getOriginalMessage());
        }
        if (!node.isObject()) {
            throw place.error("a JSON object is needed, such as {\"text\": \"…\", \"label\": \"…\"}");
        }
        Map<String, String> values = new LinkedHashMap<>();
        node.propertyStream().forEach(field -> {
            JsonNode value = field.getValue();
            if (!value.isNull()) {
                values.put(field.getKey(), value.isContainer() ? value.toString() : value.asString());
            }
        });
        return new Row(place, values);
    }

    private interface LineUse {
        void accept(long number, String line);
    }

    private static void eachLine(TextFile text, LineUse use) {
        try (var lines = new BufferedReader(new StringReader(text.text()))) {
            long number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (!line.isBlank()) {
                    use.accept(number, line);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a string cannot fail to be read
        }
    }

    /// The fields of a line.
    record Fields(long line, List<String> values) {}

    /// Names fields by their columns, the first row's being the names where there is a header.
    private final class Lines implements Consumer<Fields> {
        private final List<Row> rows;
        private final BadRows bad;
        private List<String> names = columns;

        Lines(List<Row> rows, BadRows bad) {
            this.rows = rows;
            this.bad = bad;
        }

        @Override
        public void accept(Fields fields) {
            if (!names.isEmpty()) {
                @Nullable Row row = bad.attempt(() -> named(fields));
                if (row != null) {
                    rows.add(row);
                }
            } else if (header) {
                names = fields.values.stream().map(String::strip).toList();
                if (names.stream().distinct().count() < names.size()) {
                    throw new Place(file, fields.line)
                            .error("two columns have one name: " + Nearest.list(names) + "; rename one");
                }
            } else {
                names = IntStream.rangeClosed(1, fields.values.size())
                        .mapToObj(String::valueOf)
                        .toList();
                accept(fields);
            }
        }

        private Row named(Fields fields) {
            Place place = new Place(file, fields.line);
            if (fields.values.size() != names.size()) {
                throw place.error(fields.values.size() + " fields, where the columns are " + names.size() + ": "
                        + Nearest.list(names) + "; "
                        + (format == TableFormat.TSV
                                ? "a text must not hold a tab; if texts stand in quotes, use --format quoted-tsv"
                                : "put a text with a separator or a quote in it in quotes")
                        + ", or leave such rows out with --skip-bad-rows");
            }
            Map<String, String> values = new LinkedHashMap<>();
            for (int i = 0; i < names.size(); i++) {
                values.put(names.get(i), fields.values.get(i));
            }
            return new Row(place, values);
        }
    }
}
