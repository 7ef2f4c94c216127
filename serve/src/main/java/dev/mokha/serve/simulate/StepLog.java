package dev.mokha.serve.simulate;

import dev.mokha.serve.schedule.LinearCost.Measured;
import dev.mokha.serve.schedule.StepShape;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Measured steps as comma-separated values, a row a step.
public final class StepLog {
    /// The file's first line.
    public static final String HEADING = "prefill_tokens,prefill_context,decode_tokens,decode_context,nanos";

    private StepLog() {}

    /// Begins a file, in place of one that is there; each step is in it at once.
    public static Writer write(Path file) {
        try {
            return new Writer(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Writes steps as they come. Whoever computes them goes on where the file cannot be written.
    public static final class Writer implements AutoCloseable {
        private final BufferedWriter out;
        private @Nullable IOException failure;

        private Writer(Path file) throws IOException {
            this.out = Files.newBufferedWriter(file);
            line(HEADING);
        }

        /// Writes a step.
        public void step(StepShape shape, long nanos) {
            line(row(new Measured(shape, Math.max(1, nanos))));
        }

        private void line(String text) {
            try {
                if (failure == null) {
                    out.write(text);
                    out.newLine();
                    out.flush();
                }
            } catch (IOException e) {
                failure = e;
            }
        }

        /// @throws UncheckedIOException when a step could not be written
        @Override
        public void close() {
            try (out) {
                if (failure != null) {
                    throw new UncheckedIOException(failure);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

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
