package dev.mokha.language.task;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Which columns of a table hold what.
///
/// @param text the text
/// @param pair the second text; null where there is one only
/// @param label the class or the number; null where it is not known
public record Columns(
        String text, @Nullable String pair, @Nullable String label) {
    private static final int MOST_CLASSES = 1000;

    /// {@return the same columns without labels: for a file to predict for}
    public Columns withoutLabel() {
        return new Columns(text, pair, null);
    }

    /// {@return the classes that occur in a table}
    /// @throws TaskDataException for a column in which nothing repeats, which is rarely one of labels
    public LabelSet labels(List<Row> rows) {
        String column = labelColumn();
        List<String> labels =
                rows.stream().map(row -> label(row, column)).distinct().toList();
        if (labels.size() > MOST_CLASSES || (rows.size() >= 20 && labels.size() > rows.size() / 2)) {
            throw new TaskDataException(rows.getFirst().place().file() + ": column '" + column + "' holds "
                    + labels.size() + " different labels in " + rows.size()
                    + " rows; name another column with --label, or use regress for numbers");
        }
        if (labels.size() < 2) {
            throw new TaskDataException(rows.getFirst().place().file() + ": every row has the label '"
                    + labels.getFirst() + "' in column '" + column + "'; there is nothing to tell apart");
        }
        return LabelSet.among(labels);
    }

    /// {@return examples with classes}
    public List<TextExample> classified(List<Row> rows, LabelSet labels, BadRows bad) {
        String column = labelColumn();
        return examples(rows, bad, row -> new Label.Category(labels.id(label(row, column), row.place())));
    }

    /// {@return examples with numbers}
    public List<TextExample> measured(List<Row> rows, BadRows bad) {
        String column = labelColumn();
        return examples(rows, bad, row -> new Label.Amount(row.number(column)));
    }

    /// {@return examples without labels}
    public List<TextExample> unlabelled(List<Row> rows, BadRows bad) {
        return examples(rows, bad, row -> new Label.Unknown());
    }

    private List<TextExample> examples(List<Row> rows, BadRows bad, Function<Row, Label> label) {
        List<TextExample> examples = new ArrayList<>();
        for (Row row : rows) {
            @Nullable
            TextExample example = bad.attempt(() -> new TextExample(
                    row.place(), row.text(text), pair == null ? null : row.text(pair), label.apply(row)));
            if (example != null) {
                examples.add(example);
            }
        }
        if (examples.isEmpty()) {
            throw new TaskDataException("no row can be used: " + bad.first().getFirst());
        }
        return examples;
    }

    private static String label(Row row, String column) {
        return row.text(column).strip();
    }

    private String labelColumn() {
        return Objects.requireNonNull(label, "the column of labels must be named");
    }
}
