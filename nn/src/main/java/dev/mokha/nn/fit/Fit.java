package dev.mokha.nn.fit;

import dev.mokha.nn.optim.Optimizer;
import dev.mokha.nn.optim.Schedule;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How a training run goes: the one loop that every system here trains with. See `docs/training.md`.
///
/// ```java
/// var fit = Fit.steps(1000, new Schedule.WarmupCosine(3e-4, 3e-5, 50, 1000))
///         .withClip(1.0)
///         .withOutput(folder);
/// Fit.Result result = fit.run(task, new AdamW(task.parameters()), batches, Progress.none(), new StopSignal());
/// ```
///
/// @param length when it is over
/// @param schedule the learning rate of each step
/// @param accumulation how many batches make one step
/// @param clip the largest gradient norm let through; infinite for no clipping
/// @param precision what products run in
/// @param every how often to log, evaluate and write checkpoints
/// @param keep which checkpoints stay
/// @param alarm what counts as divergence
/// @param patience stop after this many evaluations without improvement; 0 for never
/// @param ema the decay of a running average of the parameters, which is then what is evaluated; 0 for none
/// @param budget stop when this much time was spent, resumed parts included; null for no limit
/// @param output the folder for checkpoints and metrics; null to write nothing
/// @param resume whether to continue from the newest checkpoint there; a fresh run refuses a folder that has some
public record Fit(
        Length length,
        Schedule schedule,
        int accumulation,
        double clip,
        Precision precision,
        Every every,
        Keep keep,
        Alarm alarm,
        int patience,
        double ema,
        @Nullable Duration budget,
        @Nullable Path output,
        boolean resume) {

    /// When a run is over.
    public sealed interface Length {
        /// After a number of steps.
        record Steps(long count) implements Length {}

        /// After a number of passes over the data, which may be a fraction.
        record Epochs(double count) implements Length {}
    }

    /// What matrix products run in. Weights and optimiser state are float32 either way.
    public enum Precision {
        FLOAT32,
        BFLOAT16
    }

    /// How often, in steps; 0 for never. The last step always logs, evaluates and writes a checkpoint.
    public record Every(long log, long evaluate, long checkpoint) {
        public Every {
            if (log < 0 || evaluate < 0 || checkpoint < 0) {
                throw new IllegalArgumentException("intervals must be 0 (never) or more steps, were log " + log
                        + ", evaluate " + evaluate + ", checkpoint " + checkpoint);
            }
        }
    }

    /// Which checkpoints stay.
    ///
    /// @param last how many of the newest
    /// @param best whether the one with the best score stays too
    public record Keep(int last, boolean best) {
        public Keep {
            if (last < 1) {
                throw new IllegalArgumentException("at least the newest checkpoint must stay, not " + last);
            }
        }
    }

    /// How a run ended.
    ///
    /// @param step the steps taken, those before a resumption included
    /// @param loss the mean loss of the last step; NaN when none was taken
    /// @param bestScore the best score of any evaluation; infinite when there was none
    /// @param seconds the time spent, pauses between resumed parts left out
    public record Result(Outcome outcome, long step, double loss, double bestScore, double seconds) {}

    public Fit {
        double length0 = switch (length) {
            case Length.Steps(long count) -> (double) count;
            case Length.Epochs(double count) -> count;
        };
        if (!(length0 > 0)) {
            throw new IllegalArgumentException("a fit needs a length above 0, not " + length);
        }
        if (accumulation < 1) {
            throw new IllegalArgumentException("accumulation must be at least 1 batch a step, was " + accumulation);
        }
        if (!(clip > 0)) {
            throw new IllegalArgumentException("clip must be a norm above 0 (infinite for no clipping), was " + clip);
        }
        if (!(ema >= 0 && ema < 1)) {
            throw new IllegalArgumentException("ema must lie in [0, 1), was " + ema);
        }
        if (patience < 0) {
            throw new IllegalArgumentException("patience must be 0 (for ever) or more evaluations, was " + patience);
        }
        if (budget != null && !budget.isPositive()) {
            throw new IllegalArgumentException("a time budget must be positive, was " + budget);
        }
    }

    /// A run of so many steps: one batch each, clipped at norm 1, float32, logged every 10, nothing written.
    public static Fit steps(long steps, Schedule schedule) {
        return of(new Length.Steps(steps), schedule);
    }

    /// A run of so many passes over the data, otherwise as [#steps].
    public static Fit epochs(double epochs, Schedule schedule) {
        return of(new Length.Epochs(epochs), schedule);
    }

    private static Fit of(Length length, Schedule schedule) {
        return new Fit(
                length,
                schedule,
                1,
                1.0,
                Precision.FLOAT32,
                new Every(10, 0, 0),
                new Keep(1, true),
                Alarm.finite(),
                0,
                0,
                null,
                null,
                true);
    }

    /// Trains until the length is reached or something ends it sooner; never throws for divergence.
    ///
    /// @param optimizer over the task's parameters; the caller closes it
    /// @return how it ended
    public <B> Result run(Task<B> task, Optimizer optimizer, Batches<B> batches, Progress progress, StopSignal stop) {
        try (var run = new Run(this, task, optimizer, batches, progress)) {
            return new Loop<>(run, task, batches, stop).run();
        } finally {
            progress.close();
        }
    }

    /// {@return the number of steps that this run takes over a source}
    public long totalSteps(Batches<?> batches) {
        return switch (length) {
            case Length.Steps(long count) -> count;
            case Length.Epochs(double count) -> {
                if (batches.perEpoch() <= 0) {
                    throw new IllegalArgumentException(
                            "this source does not know its number of batches; give the length in steps");
                }
                yield Math.max(1, (long) Math.ceil(count * batches.perEpoch() / accumulation));
            }
        };
    }

    public Fit withAccumulation(int accumulation) {
        return new Fit(
                length,
                schedule,
                accumulation,
                clip,
                precision,
                every,
                keep,
                alarm,
                patience,
                ema,
                budget,
                output,
                resume);
    }

    public Fit withClip(double clip) {
        return new Fit(
                length,
                schedule,
                accumulation,
                clip,
                precision,
                every,
                keep,
                alarm,
                patience,
                ema,
                budget,
                output,
                resume);
    }

    public Fit withPrecision(Precision precision) {
        return new Fit(
                length,
                schedule,
                accumulation,
                clip,
                precision,
                every,
                keep,
                alarm,
                patience,
                ema,
                budget,
                output,
                resume);
    }

    public Fit withEvery(Every every) {
        return new Fit(
                length,
                schedule,
                accumulation,
                clip,
                precision,
                every,
                keep,
                alarm,
                patience,
                ema,
                budget,
                output,
                resume);
    }

    public Fit withKeep(Keep keep) {
        return new Fit(
                length,
                schedule,
                accumulation,
                clip,
                precision,
                every,
                keep,
                alarm,
                patience,
                ema,
                budget,
                output,
                resume);
    }

    public Fit withAlarm(Alarm alarm) {
        return new Fit(
                length,
                schedule,
                accumulation,
                clip,
                precision,
                every,
                keep,
                alarm,
                patience,
                ema,
                budget,
                output,
                resume);
    }

    public Fit withPatience(int patience) {
        return new Fit(
                length,
                schedule,
                accumulation,
                clip,
                precision,
                every,
                keep,
                alarm,
                patience,
                ema,
                budget,
                output,
                resume);
    }

    public Fit withEma(double ema) {
        return new Fit(
                length,
                schedule,
                accumulation,
                clip,
                precision,
                every,
                keep,
                alarm,
                patience,
                ema,
                budget,
                output,
                resume);
    }

    public Fit withBudget(@Nullable Duration budget) {
        return new Fit(
                length,
                schedule,
                accumulation,
                clip,
                precision,
                every,
                keep,
                alarm,
                patience,
                ema,
                budget,
                output,
                resume);
    }

    public Fit withOutput(@Nullable Path output) {
        return new Fit(
                length,
                schedule,
                accumulation,
                clip,
                precision,
                every,
                keep,
                alarm,
                patience,
                ema,
                budget,
                output,
                resume);
    }

    public Fit withResume(boolean resume) {
        return new Fit(
                length,
                schedule,
                accumulation,
                clip,
                precision,
                every,
                keep,
                alarm,
                patience,
                ema,
                budget,
                output,
                resume);
    }
}
