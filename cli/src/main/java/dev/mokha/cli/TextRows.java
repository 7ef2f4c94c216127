package dev.mokha.cli;

import dev.mokha.language.task.BadRows;
import dev.mokha.language.task.Row;
import dev.mokha.language.task.Table;
import dev.mokha.language.task.TableFormat;
import dev.mokha.language.task.TaskDataException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Texts in a file: the column of a table, or the lines of a plain text.
final class TextRows {
    private TextRows() {}

    /// Reads all texts in order.
    ///
    /// @param file standard input, a text a line, when null
    /// @param column of the text, in a table
    static List<String> read(@Nullable Path file, String column, BadRows bad) {
        var texts = new ArrayList<String>();
        if (file != null && isTable(file)) {
            for (Row row : new Table(file, TableFormat.of(file), true, List.of()).rows(bad)) {
                @Nullable String text = bad.attempt(() -> row.text(column));
                if (text != null) {
                    texts.add(text);
                }
            }
        } else {
            String name = file == null ? "standard input" : file.toString();
            var number = new long[1];
            TextLines.forEach(file, line -> {
                number[0]++;
                @Nullable String text = bad.attempt(() -> full(line, name + ", line " + number[0]));
                if (text != null) {
                    texts.add(text);
                }
            });
        }
        if (texts.isEmpty()) {
            throw new TaskDataException((file == null ? "standard input" : file) + " holds no text");
        }
        return texts;
    }

    private static String full(String line, String where) {
        if (line.isBlank()) {
            throw new TaskDataException(where + " is blank; a vector needs a text: take the line out, or leave such"
                    + " lines out with --skip-bad-rows");
        }
        return line;
    }

    private static boolean isTable(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT).replaceFirst("\\.gz$", "");
        return name.matches(".*\\.(csv|tsv|tab|jsonl|ndjson)");
    }
}
