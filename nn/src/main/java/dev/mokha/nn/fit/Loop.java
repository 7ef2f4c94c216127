package dev.mokha.nn.fit;

import dev.mokha.nn.optim.Optimizer;
import dev.mokha.tensor.Autocast;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Engine;
import dev.mokha.tensor.GradientList;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The loop behind [Fit#run].
final class Loop<B> {
    private final Fit fit;
    private final Task<B> task;
    private final Optimizer optimizer;
    private final Batches<B> batches;
    private final Progress progress;
    private final StopSignal stop;
    private final long total;
    private final Device device;

    private long step;
    private long tokens;
    private double loss = Double.NaN;
    private double bestScore = Double.POSITIVE_INFINITY;
    private double secondsBefore;
    private final long begun = System.nanoTime();

    Loop(Fit fit, Task<B> task, Optimizer optimizer, Batches<B> batches, Progress progress, StopSignal stop) {
        this.fit = fit;
        this.task = task;
        this.optimizer = optimizer;
        this.batches = batches;
        this.progress = progress;
        this.stop = stop;
        this.total = fit.totalSteps(batches);
        this.device = optimizer.parameters().values().iterator().next().device();
    }

    Fit.Result run() {
        progress.begin(step, total);
        task.training(true);
        Outcome outcome =
                steps(new GradientList(List.copyOf(optimizer.parameters().values())));
        progress.end(outcome);
        return new Fit.Result(outcome, step, loss, bestScore, seconds());
    }

    private Outcome steps(GradientList gradients) {
        while (step < total) {
            if (stop.isRaised()) {
                return Outcome.STOPPED;
            }
            Duration budget = fit.budget();
            if (budget != null && seconds() >= budget.toNanos() / 1e9) {
                return Outcome.BUDGET_SPENT;
            }
            double rate = fit.schedule().at(step);
            loss = accumulate();
            double norm = gradients.norm();
            optimizer.step(rate, norm > fit.clip() ? fit.clip() / (norm + 1e-6) : 1);
            step++;
            progress.step(new StepReport(step, loss, rate, norm, tokens, seconds(), Engine.residentBytes()));
        }
        return Outcome.FINISHED;
    }

    /// Adds up the gradients of one step's batches, each weighted by what it counts; {@return their mean loss}
    private double accumulate() {
        try (var _ = Scope.open("training step")) {
            List<B> parts = new ArrayList<>();
            double weights = 0;
            for (int i = 0; i < fit.accumulation(); i++) {
                B batch = batches.next();
                parts.add(batch);
                weights += task.weight(batch);
                tokens += task.tokens(batch);
            }
            double mean = 0;
            for (B batch : parts) {
                double share = task.weight(batch) / weights;
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

    private double seconds() {
        return secondsBefore + (System.nanoTime() - begun) / 1e9;
    }
}
