package dev.mokha.language.stage;

import dev.mokha.nn.fit.Fit;
import dev.mokha.nn.fit.Outcome;
import dev.mokha.nn.fit.StopSignal;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// Runs stages in order, each once: what it found is written when it is done, and a rerun passes it over.
///
/// A stage must do the same when it is run again after having been cut off anywhere.
public final class Stages {
    private final Ledger ledger;
    private final Listener listener;
    private final StopSignal stop;

    /// @param out where figures are written, a file a stage
    /// @param stop asked before each stage; a stage that trains asks it too
    public Stages(Path out, Listener listener, StopSignal stop) {
        this.ledger = new Ledger(out);
        this.listener = listener;
        this.stop = stop;
    }

    /// One stage.
    ///
    /// @param name of its file
    /// @param title for people
    /// @param work gives its figures by name, which JSON can hold
    public record Stage(String name, String title, Supplier<Map<String, Object>> work) {}

    /// Runs every stage that is not done.
    ///
    /// @return whether all are done; false when the signal stopped it, and a rerun will go on
    public boolean run(List<Stage> stages) {
        for (int i = 0; i < stages.size(); i++) {
            Stage stage = stages.get(i);
            boolean done = ledger.find(stage.name()) != null;
            listener.stage(i + 1, stages.size(), stage.title(), done);
            if (done) {
                continue;
            }
            if (stop.isRaised()) {
                return false;
            }
            try {
                ledger.done(stage.name(), stage.work().get());
            } catch (StoppedException _) {
                return false;
            }
        }
        return true;
    }

    /// {@return what the stages found}
    public Ledger ledger() {
        return ledger;
    }

    /// Ends the stage when its training was stopped, and refuses one that did not come to its end.
    public static void requireFinished(Fit.Result result) {
        Outcome outcome = result.outcome();
        if (outcome == Outcome.STOPPED) {
            throw new StoppedException();
        }
        if (outcome != Outcome.FINISHED && outcome != Outcome.BUDGET_SPENT) {
            throw new IllegalStateException("training ended with " + outcome + " at step " + result.step() + ", loss "
                    + result.loss() + "; run again to continue, or with another seed into another folder");
        }
    }

    private static final class StoppedException extends RuntimeException {
        private static final long serialVersionUID = 1;
    }
}
