package dev.mokha.language.evaluate;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One row of a task's data: cells by column, each a string, Long, Double, Boolean, null, or a list or
/// map of such.
///
/// @param cells in the file's order
public record TaskRow(Map<String, @Nullable Object> cells) {
    private static final Pattern NOT_OF_A_NAME = Pattern.compile("\\W");

    public TaskRow {
        cells = Collections.unmodifiableMap(new LinkedHashMap<>(cells));
    }

    /// {@return whether there is such a column}
    boolean has(String column) {
        return cells.containsKey(column);
    }

    /// {@return what stands in a column; null also where there is none}
    @Nullable
    Object get(String column) {
        return cells.get(column);
    }

    /// {@return the cells, and beside each column whose name is no Jinja name, such as `Option 1`, one whose
    /// name is: `Option_1`}
    Map<String, @Nullable Object> variables() {
        Map<String, @Nullable Object> all = new LinkedHashMap<>(cells);
        cells.forEach(
                (column, value) -> all.putIfAbsent(NOT_OF_A_NAME.matcher(column).replaceAll("_"), value));
        return all;
    }
}
