package dev.mokha.language.task;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The fields of a row by the names of their columns.
///
/// @param values in the order of the file; a JSON list stands as JSON
public record Row(Place place, Map<String, String> values) {
    /// {@return the field in a column}
    /// @throws TaskDataException when the row has none, with the columns that it has
    public String field(String column) {
        @Nullable String value = values.get(column);
        if (value == null) {
            throw place.error("there is no column '" + column + "'; it has " + Nearest.list(values.keySet())
                    + Nearest.hint(column, values.keySet()));
        }
        return value;
    }

    /// {@return the field in a column, which must hold more than white space}
    public String text(String column) {
        String value = field(column);
        if (value.isBlank()) {
            throw place.error("column '" + column + "' is empty; give it a text, or leave such rows out with"
                    + " --skip-bad-rows");
        }
        return value;
    }

    /// {@return the number in a column}
    public double number(String column) {
        String value = text(column).strip();
        double number;
        try {
            number = Double.parseDouble(value);
        } catch (NumberFormatException e) {
            throw place.error(
                    "column '" + column + "' holds '" + value + "', which is no number; for classes use classify");
        }
        if (!Double.isFinite(number)) {
            throw place.error("column '" + column + "' holds " + value + "; a finite number is needed");
        }
        return number;
    }

    /// {@return the names of the columns}
    public List<String> columns() {
        return List.copyOf(values.keySet());
    }
}
