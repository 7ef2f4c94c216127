package dev.mokha.nn.fit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Remembers what a fit reports, and may act on each step.
final class Recorder implements Progress {
    final List<StepReport> steps = new ArrayList<>();
    final List<String> notes = new ArrayList<>();
    final List<String> events = new ArrayList<>();
    private final Consumer<StepReport> onStep;

    Recorder() {
        this(_ -> {});
    }

    Recorder(Consumer<StepReport> onStep) {
        this.onStep = onStep;
    }

    @Override
    public void begin(long done, long total) {
        events.add("begin " + done + "/" + total);
    }

    @Override
    public void step(StepReport report) {
        steps.add(report);
        onStep.accept(report);
    }

    @Override
    public void evaluated(long step, Map<String, Double> figures) {
        events.add("evaluated " + step);
    }

    @Override
    public void note(String message) {
        notes.add(message);
    }

    @Override
    public void end(Outcome outcome) {
        events.add("end " + outcome);
    }
}
