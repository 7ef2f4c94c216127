package dev.mokha.language;

import dev.mokha.language.stage.Listener;
import dev.mokha.nn.fit.Progress;
import dev.mokha.nn.fit.StopSignal;
import java.util.ArrayList;
import java.util.List;

/// Remembers what a run in stages reports, and can stop it in the middle of a training.
public final class StageLog implements Listener {
    private final List<String> stages = new ArrayList<>();
    private final String training;
    private final long step;
    private final StopSignal stop;

    /// Only listens.
    public StageLog() {
        this("", 0, new StopSignal());
    }

    /// Raises the signal after a step of a training.
    public StageLog(String training, long step, StopSignal stop) {
        this.training = training;
        this.step = step;
        this.stop = stop;
    }

    /// {@return title and whether it was done, a line a stage}
    public List<String> stages() {
        return stages;
    }

    @Override
    public void stage(int number, int of, String title, boolean alreadyDone) {
        stages.add(number + "/" + of + " " + title + (alreadyDone ? ": done" : ""));
    }

    @Override
    public void say(String line) {}

    @Override
    public Progress training(String name) {
        return name.equals(training) ? Toys.stoppingAfter(step, stop) : Progress.none();
    }
}
