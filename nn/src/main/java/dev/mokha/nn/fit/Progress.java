package dev.mokha.nn.fit;

import java.util.Map;

/// Where a fit reports while it runs. The fit itself prints nothing.
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
