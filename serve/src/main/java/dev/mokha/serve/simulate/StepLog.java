package dev.mokha.serve.simulate;

import dev.mokha.serve.schedule.LinearCost.Measured;
import dev.mokha.serve.schedule.StepShape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Measured steps as comma-separated values, a row a step.
public final class StepLog {
    /// The file's first line.
    public static final String HEADING = "prefill_tokens,prefill_context,decode_tokens,decode_context,nanos";

    private StepLog() {}

    /// {@return a step as a row}
    public static String row(Measured step) {
        StepShape shape = step.shape();
        return shape.prefillTokens() + "," + shape.prefillContext() + "," + shape.decodeTokens() + ","
                + shape.decodeContext() + "," + step.nanos();
    }

    /// Reads a file.
    ///
    /// @throws IllegalArgumentException naming the file and the line that is wrong
    public static List<Measured> read(Path file) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (lines.isEmpty() || !lines.getFirst().strip().equals(HEADING)) {
            throw new IllegalArgumentException(file + " does not begin with " + HEADING);
        }
        var steps = new ArrayList<Measured>();
        for (int line = 1; line < lines.size(); line++) {
            if (!lines.get(line).isBlank()) {
                steps.add(step(lines.get(line), file + ", line " + (line + 1)));
            }
        }
        return steps;
    }

    private static Measured step(String line, String where) {
        String[] cells = line.strip().split(",", -1);
        try {
            if (cells.length == 5) {
                var shape = new StepShape(
                        Integer.parseInt(cells[0]),
                        Long.parseLong(cells[1]),
                        Integer.parseInt(cells[2]),
                        Long.parseLong(cells[3]));
                return new Measured(shape, Long.parseLong(cells[4]));
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(where + " is no step: " + line, e);
        }
        throw new IllegalArgumentException(where + " has " + cells.length + " cells, not 5: " + line);
    }
}
