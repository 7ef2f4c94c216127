package dev.mokha.language.recipe;

import dev.mokha.nn.Params;
import dev.mokha.nn.fit.Batches;
import dev.mokha.nn.fit.Fit;
import dev.mokha.nn.fit.Progress;
import dev.mokha.nn.fit.StopSignal;
import dev.mokha.nn.fit.Task;
import dev.mokha.nn.optim.AdamW;
import dev.mokha.nn.optim.Schedule;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// How a training on examples goes, whatever its loss. Gradients are clipped at norm 1 and weights do not decay:
/// the model as it was given, not zero, is what it is held to.
///
/// @param context tokens of a conversation at most
/// @param batch examples in a batch
/// @param accumulation batches in a step
/// @param steps how many steps
/// @param schedule the learning rate of each step
/// @param precision what products run in
/// @param every how often to log, evaluate and write checkpoints
/// @param seed draws the order of examples
/// @param budget stop after this time; null for no limit
public record Recipe(
        int context,
        int batch,
        int accumulation,
        long steps,
        Schedule schedule,
        Fit.Precision precision,
        Fit.Every every,
        long seed,
        @Nullable Duration budget) {
    private static final double CLIP = 1;

    public Recipe {
        if (context < 2 || batch < 1 || accumulation < 1 || steps < 1) {
            throw new IllegalArgumentException(
                    "context must be at least 2, batch, accumulation and steps at least 1, were " + context + ", "
                            + batch + ", " + accumulation + " and " + steps);
        }
    }

    /// How a run ended.
    ///
    /// @param before figures on the held-out examples before the first step; empty without any
    /// @param after those at the end
    public record Result(Fit.Result fit, Map<String, Double> before, Map<String, Double> after) {}

    /// Trains until the steps, the budget or the signal end it; resumes from the checkpoints in `out`.
    ///
    /// @param task what is learned; measured before and after
    /// @param params of the model that learns
    public <B> Result run(
            Task<B> task, Params params, Batches<B> batches, Path out, Progress progress, StopSignal stop) {
        Map<String, Double> before = figures(task);
        try (var optimizer =
                new AdamW(params.trainable(), AdamW.Config.decoder().withWeightDecay(0))) {
            Fit.Result result = Fit.steps(steps, schedule)
                    .withAccumulation(accumulation)
                    .withClip(CLIP)
                    .withPrecision(precision)
                    .withEvery(every)
                    .withBudget(budget)
                    .withOutput(out)
                    .run(task, optimizer, batches, progress, stop);
            return new Result(result, before, figures(task));
        }
    }

    private static Map<String, Double> figures(Task<?> task) {
        task.training(false);
        var found = task.evaluate();
        return found == null ? Map.of() : new TreeMap<>(found.figures());
    }

    /// {@return the same with a line of metrics every so many steps}
    public Recipe loggedEvery(long steps) {
        var intervals = new Fit.Every(steps, every.evaluate(), every.checkpoint());
        return new Recipe(context, batch, accumulation, this.steps, schedule, precision, intervals, seed, budget);
    }

    /// {@return the same with a context that is not longer than a model's}
    public Recipe within(int longest) {
        return new Recipe(
                Math.min(context, longest), batch, accumulation, steps, schedule, precision, every, seed, budget);
    }

    /// {@return the examples in their order, cut into batches}
    public <T> List<List<T>> batches(List<T> examples) {
        List<List<T>> batches = new ArrayList<>();
        for (int from = 0; from < examples.size(); from += batch) {
            batches.add(examples.subList(from, Math.min(examples.size(), from + batch)));
        }
        return batches;
    }

    /// {@return the settings in words, for `run.json`}
    public Map<String, String> describe() {
        Map<String, String> words = new TreeMap<>();
        words.put("context", Integer.toString(context));
        words.put("batch", Integer.toString(batch));
        words.put("accumulation", Integer.toString(accumulation));
        words.put("steps", Long.toString(steps));
        words.put("schedule", schedule.toString());
        words.put("precision", precision.name());
        words.put("seed", Long.toString(seed));
        return words;
    }
}
