package dev.mokha.cli;

import dev.mokha.nn.fit.Progress;
import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/// A fit's progress on standard error: a bar with the time left on a terminal, a line now and then elsewhere.
final class FitProgress {
    private FitProgress() {}

    /// Progress of a fit of this name; the launcher knows whether standard error is a terminal, and how wide.
    static Progress on(PrintWriter err, String name) {
        if (Boolean.getBoolean("mokha.terminal")) {
            var terminal = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
            return Progress.bar(terminal, name, Integer.getInteger("mokha.columns", 100) - 1);
        }
        return Progress.lines(new PrintStream(new Lines(err), true, StandardCharsets.UTF_8), name);
    }

    /// Bytes that become whole lines of a writer.
    private static final class Lines extends OutputStream {
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();
        private final PrintWriter out;

        Lines(PrintWriter out) {
            this.out = out;
        }

        @Override
        public void write(int b) {
            line.write(b);
            if (b == '\n') {
                out.print(line.toString(StandardCharsets.UTF_8));
                out.flush();
                line.reset();
            }
        }
    }
}
