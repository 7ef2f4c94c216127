package dev.mokha.language.task;

import java.nio.file.Path;
import java.util.Locale;

/// How rows are written.
public enum TableFormat {
    /// Commas between fields, quotes around those that hold commas, quotes or line ends ([RFC
    /// 4180](https://www.rfc-editor.org/rfc/rfc4180)).
    CSV,
    /// Tabs between fields, a line a row, and a quote is a character like any other: as in GLUE.
    TSV,
    /// Tabs between fields, quotes as in CSV.
    QUOTED_TSV,
    /// A JSON object a line.
    JSONL;

    /// {@return the format that a file name says}
    /// @throws TaskDataException for a name that says none
    public static TableFormat of(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT).replaceFirst("\\.gz$", "");
        String ending = name.substring(name.lastIndexOf('.') + 1);
        return switch (ending) {
            case "csv" -> CSV;
            case "tsv", "tab" -> TSV;
            case "jsonl", "ndjson" -> JSONL;
            default ->
                throw new TaskDataException(file + " ends in none of .csv, .tsv and .jsonl (.gz behind them or not);"
                        + " say what it is with --format csv, tsv, quoted-tsv or jsonl");
        };
    }
}
