package dev.mokha.nn.fit;

import java.io.PrintStream;
import java.util.Map;

/// Where a fit reports while it runs. The fit itself prints nothing; where the lines go is the
/// caller's choice.
public interface Progress {
    /// The fit begins, or resumes with `done` of `total` steps behind it.
    void begin(long done, long total);

    /// A step was taken.
    void step(StepReport report);

    /// The model was measured on held-out data after `step` steps.
    void evaluated(long step, Map<String, Double> figures);

    /// Something a person should read: an alarm, a checkpoint passed over.
    void note(String message);

    /// The fit returned.
    void end(Outcome outcome);

    /// The fit is over, also by an error: what was drawn is let go of.
    default void close() {}

    /// A bar redrawn in place, for a terminal `width` characters wide.
    static Progress bar(PrintStream out, String name, int width) {
        return new ProgressBars(out, name, width);
    }

    /// Plain lines, some twenty in all, for logs and pipes.
    static Progress lines(PrintStream out, String name) {
        return new ProgressLines(out, name);
    }

    /// Silence.
    static Progress none() {
        return new Progress() {
            @Override
            public void begin(long done, long total) {}

            @Override
            public void step(StepReport report) {}

            @Override
            public void evaluated(long step, Map<String, Double> figures) {}

            @Override
            public void note(String message) {}

            @Override
            public void end(Outcome outcome) {}
        };
    }
}
