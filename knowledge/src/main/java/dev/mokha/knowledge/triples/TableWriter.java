package dev.mokha.knowledge.triples;

import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Writes TSV, and CSV with a header; a TSV has a header when it has columns beside the three of a fact.
final class TableWriter implements FactWriter {
    private final Writer out;
    private final Layout layout;

    TableWriter(Writer out, Layout layout) throws IOException {
        this.out = out;
        this.layout = layout;
        if (layout.format() == FactFormat.CSV || layout.snapshot() != null || layout.split() != null) {
            var header = new ArrayList<String>();
            if (layout.snapshot() != null) {
                header.add(layout.snapshot());
            }
            if (layout.split() != null) {
                header.add(layout.split());
            }
            header.addAll(List.of("head", "relation", "tail"));
            row(header);
        }
    }

    @Override
    public void write(Fact fact, Split split, String snapshot) throws IOException {
        var row = new ArrayList<String>(5);
        if (layout.snapshot() != null) {
            row.add(snapshot);
        }
        if (layout.split() != null) {
            row.add(split.label());
        }
        row.add(fact.head());
        row.add(fact.relation());
        row.add(fact.tail());
        row(row);
    }

    private void row(List<String> fields) throws IOException {
        out.write(
                layout.format() == FactFormat.TSV
                        ? tabbed(fields)
                        : fields.stream().map(TableWriter::quoted).collect(Collectors.joining(",", "", "\n")));
    }

    /// {@return a line of TSV}
    ///
    /// @throws IllegalArgumentException for a field with a tab or line end, which TSV has no way to write
    static String tabbed(List<String> fields) {
        for (String field : fields) {
            if (field.indexOf('\t') >= 0 || field.indexOf('\n') >= 0 || field.indexOf('\r') >= 0) {
                throw new IllegalArgumentException(
                        "'%s' has a tab or a line end, which TSV cannot hold; write N-Triples or Turtle"
                                .formatted(field));
            }
        }
        return String.join("\t", fields) + "\n";
    }

    /// RFC 4180; a carriage return is refused, since readers take it for the end of a line, as ours does.
    private static String quoted(String field) {
        if (field.indexOf('\r') >= 0) {
            throw new IllegalArgumentException(
                    "'%s' has a carriage return, which readers of CSV change; write N-Triples or Turtle"
                            .formatted(field));
        }
        boolean plain = field.chars().allMatch(c -> c != ',' && c != '"' && c != '\n' && c > ' ');
        return plain ? field : '"' + field.replace("\"", "\"\"") + '"';
    }

    @Override
    public void mention(String entity, String text) {
        throw new IllegalArgumentException(
                "a table of facts has no place for mentions; write them as a table of their own");
    }

    @Override
    public void end() throws IOException {
        out.flush();
    }
}
