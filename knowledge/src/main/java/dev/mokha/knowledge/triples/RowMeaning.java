package dev.mokha.knowledge.triples;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Turns the fields of a row into a fact, by the places that the header gives its columns.
final class RowMeaning {
    private final int fields;
    private final int head;
    private final int relation;
    private final int tail;
    private final int snapshot;
    private final int split;

    private RowMeaning(int fields, int head, int relation, int tail, int snapshot, int split) {
        this.fields = fields;
        this.head = head;
        this.relation = relation;
        this.tail = tail;
        this.snapshot = snapshot;
        this.split = split;
    }

    /// Three fields: head, relation, tail.
    static RowMeaning plain() {
        return new RowMeaning(3, 0, 1, 2, -1, -1);
    }

    /// @throws IllegalArgumentException naming a column that the header lacks
    static RowMeaning of(List<String> header, Columns columns) {
        return new RowMeaning(
                header.size(),
                place(header, columns.head(), "--head"),
                place(header, columns.relation(), "--relation"),
                place(header, columns.tail(), "--tail"),
                place(header, columns.snapshot(), "--snapshot-column"),
                place(header, columns.split(), "--split-column"));
    }

    private static int place(List<String> header, @Nullable String column, String option) {
        if (column == null) {
            return -1;
        }
        int place = header.indexOf(column);
        if (place < 0) {
            throw new IllegalArgumentException(
                    "there is no column '%s' in the header %s; name one of its columns with %s"
                            .formatted(column, header, option));
        }
        return place;
    }

    /// @throws IllegalArgumentException saying what is wrong with the row
    void pass(List<String> row, long line, FactSink sink) {
        if (row.size() != fields) {
            throw new IllegalArgumentException(
                    row.size() == 1
                            ? "found one field, '" + shortened(row.getFirst()) + "', not " + fields
                            : "found " + row.size() + " fields, not " + fields + ", from '" + shortened(row.getFirst())
                                    + "' on");
        }
        sink.fact(
                new Fact(row.get(head), row.get(relation), row.get(tail)),
                line,
                snapshot < 0 ? "" : row.get(snapshot),
                split < 0 ? Split.TRAIN : Split.of(row.get(split)));
    }

    private static String shortened(String text) {
        return text.length() <= 60 ? text : text.substring(0, 60) + "…";
    }
}
