package dev.mokha.text.train;

/// Hears how far a training has come. Called from the training thread, at most a few hundred times in all.
@FunctionalInterface
public interface TrainingProgress {
    TrainingProgress SILENT = (stage, done, total) -> {};

    /// What a trainer is at.
    enum Stage {
        /// `done` counts documents; `total` is -1, since a stream does not say.
        COUNTING_WORDS,
        /// `done` counts merges learned; `total` those asked for.
        LEARNING_MERGES
    }

    void at(Stage stage, long done, long total);
}
