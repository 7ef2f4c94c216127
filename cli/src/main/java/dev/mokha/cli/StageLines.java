package dev.mokha.cli;

import dev.mokha.language.stage.Listener;
import dev.mokha.nn.fit.Progress;
import dev.mokha.text.train.TrainingProgress;
import java.io.PrintWriter;

/// Tells of a run in stages, a line each, and of the trainings in them.
record StageLines(PrintWriter err) implements Listener {
    @Override
    public void stage(int number, int of, String title, boolean alreadyDone) {
        err.println("[" + number + "/" + of + "] " + title + (alreadyDone ? " (done before)" : ""));
    }

    @Override
    public void say(String line) {
        err.println("      " + line);
    }

    @Override
    public Progress training(String name) {
        return FitProgress.on(err, "      " + name);
    }

    @Override
    public TrainingProgress learning() {
        return LearningProgress.on(err);
    }
}
