package dev.mokha.language.stage;

import dev.mokha.nn.fit.Progress;
import dev.mokha.text.train.TrainingProgress;

/// Hears how a run in stages goes.
public interface Listener {
    /// {@return one that does nothing}
    static Listener silent() {
        return new Listener() {
            @Override
            public void stage(int number, int of, String title, boolean alreadyDone) {}

            @Override
            public void say(String line) {}

            @Override
            public Progress training(String name) {
                return Progress.none();
            }
        };
    }

    /// A stage begins, or was done by an earlier run.
    ///
    /// @param number from 1
    /// @param of how many there are
    void stage(int number, int of, String title, boolean alreadyDone);

    /// One line about what a stage found.
    void say(String line);

    /// {@return where a training inside a stage reports}
    Progress training(String name);

    /// {@return where learning a vocabulary reports}
    default TrainingProgress learning() {
        return TrainingProgress.SILENT;
    }
}
