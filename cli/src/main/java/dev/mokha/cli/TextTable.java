package dev.mokha.cli;

import java.util.List;

/// Rows of a table in columns of fixed width.
final class TextTable {
    private TextTable() {}

    /// {@return a row: the first cell to the left, the others to the right}
    ///
    /// @param widths of the columns; the last counts for all that follow
    static String line(List<String> cells, List<Integer> widths) {
        var line = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            int width = widths.get(Math.min(i, widths.size() - 1));
            String gap = " ".repeat(Math.max(1, width - cells.get(i).length()));
            line.append(i == 0 ? cells.get(i) + gap : gap + cells.get(i));
        }
        return line.toString().stripTrailing();
    }
}
