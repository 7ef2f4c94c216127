package dev.mokha.cli;

import dev.mokha.cli.facts.Sizes;
import dev.mokha.text.train.TrainingProgress;
import java.io.PrintWriter;

/// A vocabulary's progress: one line that is written over on a terminal, the end of each stage elsewhere.
final class LearningProgress implements TrainingProgress {
    private final PrintWriter err;
    private final boolean terminal;

    private LearningProgress(PrintWriter err, boolean terminal) {
        this.err = err;
        this.terminal = terminal;
    }

    static LearningProgress on(PrintWriter err) {
        return new LearningProgress(err, Boolean.getBoolean("mokha.terminal"));
    }

    @Override
    public void at(Stage stage, long done, long total) {
        String text = switch (stage) {
            case COUNTING_WORDS -> "counting words: " + Sizes.plural(done, "document");
            case LEARNING_MERGES -> "learning: " + Sizes.count(done) + " of " + Sizes.count(total) + " merges";
        };
        if (terminal) {
            err.print("\r\033[K" + text + (done == total ? "\n" : ""));
            err.flush();
        } else if (done == total) {
            err.println(text);
        }
    }
}
