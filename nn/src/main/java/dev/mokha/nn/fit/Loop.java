package dev.mokha.nn.fit;

import dev.mokha.nn.optim.Optimizer;
import dev.mokha.tensor.Autocast;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Engine;
import dev.mokha.tensor.GradientList;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The loop behind [Fit#run]: steps, and what happens between them. What a run is made of, and how it is saved and
/// restored, is in [Run].
final class Loop<B> {
    private final Fit fit;
    private final Task<B> task;
    private final Optimizer optimizer;
    private final Batches<B> batches;
    private final Progress progress;
    private final StopSignal stop;
    private final Run run;
    private final GradientList gradients;
    private final long total;
    private final Device device;

    Loop(Run run, Task<B> task, Batches<B> batches, StopSignal stop) {
        this.run = run;
        this.fit = run.fit();
        this.task = task;
        this.optimizer = run.optimizer();
        this.batches = batches;
        this.progress = run.progress();
        this.stop = stop;
        this.total = fit.totalSteps(batches);
        List<Tensor> trained = List.copyOf(optimizer.parameters().values());
        this.gradients = new GradientList(trained);
        this.device = trained.getFirst().device();
    }

    Fit.Result run() {
        run.resume(total);
        progress.begin(run.step(), total);
        task.training(true);
        Outcome outcome = steps();
        progress.end(outcome);
        return new Fit.Result(outcome, run.step(), run.loss(), run.best().score(), run.seconds());
    }

    private Outcome steps() {
        while (run.step() < total) {
            Outcome reason = reasonToStop();
            if (reason != null) {
                run.save();
                return reason;
            }
            double rate = fit.schedule().at(run.step());
            double loss = accumulate();
            double norm = gradients.norm();
            String bad = run.watch().judge(loss, norm);
            if (bad != null) {
                gradients.clear();
                if (!recovered(bad)) {
                    return Outcome.DIVERGED;
                }
                continue;
            }
            optimizer.step(rate, norm > fit.clip() ? fit.clip() / (norm + 1e-6) : 1);
            run.stepTaken(loss, norm);
            report(rate, norm);
            boolean last = run.step() == total;
            boolean improved = (last || due(fit.every().evaluate())) && evaluate();
            if (last || due(fit.every().checkpoint()) || (improved && fit.keep().best())) {
                run.save();
            }
        }
        return Outcome.FINISHED;
    }

    private @Nullable Outcome reasonToStop() {
        if (stop.isRaised()) {
            return Outcome.STOPPED;
        }
        Duration budget = fit.budget();
        if (budget != null && run.seconds() >= budget.toNanos() / 1e9) {
            return Outcome.BUDGET_SPENT;
        }
        return fit.patience() > 0 && run.best().stale() >= fit.patience() ? Outcome.NO_LONGER_IMPROVING : null;
    }

    /// Adds up the gradients of one step's batches, each weighted by what it counts.
    ///
    /// @return their mean loss
    private double accumulate() {
        try (var _ = Scope.open("training step")) {
            List<B> parts = new ArrayList<>();
            double weights = 0;
            for (int i = 0; i < fit.accumulation(); i++) {
                B batch = batches.next();
                parts.add(batch);
                weights += task.weight(batch);
                run.addTokens(task.tokens(batch));
            }
            double mean = 0;
            for (B batch : parts) {
                double share = parts.size() == 1 ? 1 : task.weight(batch) / weights;
                try (var _ = Scope.open("batch")) {
                    Tensor loss = forward(batch);
                    (parts.size() == 1 ? loss : loss.mul(share)).backward();
                    mean += share * loss.item();
                }
            }
            return mean;
        }
    }

    private Tensor forward(B batch) {
        return switch (fit.precision()) {
            case FLOAT32 -> task.loss(batch);
            case BFLOAT16 -> {
                try (var _ = Autocast.bfloat16(device)) {
                    yield task.loss(batch);
                }
            }
        };
    }

    private void report(double rate, double norm) {
        var report = new StepReport(
                run.step(),
                run.loss(),
                rate,
                norm,
                run.tokens(),
                run.seconds(),
                Engine.residentBytes(),
                task.figures());
        progress.step(report);
        if (run.step() == total || due(fit.every().log())) {
            run.log(metrics -> metrics.step(report));
        }
    }

    /// Measures the model. {@return whether it is the best so far}
    private boolean evaluate() {
        Task.Evaluation found;
        task.training(false);
        run.swapAverages();
        try (var _ = Scope.open("evaluation");
                var _ = Gradients.off()) {
            found = task.evaluate();
        } finally {
            run.swapAverages();
            task.training(true);
        }
        if (found == null) {
            return false;
        }
        long step = run.step();
        progress.evaluated(step, found.figures());
        run.log(metrics -> metrics.evaluated(step, found.figures()));
        return run.scored(found.score());
    }

    /// Reacts to a bad step, whose gradients are gone. {@return whether the run goes on}
    private boolean recovered(String bad) {
        long step = run.step();
        boolean patienceLeft = !run.watch().ring(step);
        Alarm.Reaction reaction = patienceLeft ? fit.alarm().reaction() : Alarm.Reaction.STOP;
        boolean rolledBack = reaction == Alarm.Reaction.ROLLBACK && run.rollBack();
        String what = switch (reaction) {
            case STOP -> "the run stops" + (patienceLeft ? "" : ": its patience with alarms is at an end");
            case SKIP -> "the batch is skipped";
            case ROLLBACK ->
                rolledBack
                        ? "back to the checkpoint of step " + run.step() + ", past this batch"
                        : "the batch is skipped, as there is no checkpoint to go back to";
        };
        progress.note("alarm at step " + (step + 1) + ": " + bad + "; " + what);
        run.log(metrics -> metrics.alarm(step + 1, bad, reaction.name().toLowerCase(Locale.ROOT)));
        return reaction != Alarm.Reaction.STOP;
    }

    private boolean due(long interval) {
        return interval > 0 && run.step() % interval == 0;
    }
}
