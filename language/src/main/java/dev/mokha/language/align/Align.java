package dev.mokha.language.align;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.nn.Mode;
import dev.mokha.nn.fit.Fit;
import dev.mokha.nn.fit.Progress;
import dev.mokha.nn.fit.Shuffled;
import dev.mokha.nn.fit.StopSignal;
import dev.mokha.nn.optim.AdamW;
import dev.mokha.nn.optim.Schedule;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Scope;
import dev.mokha.text.chat.ChatEncoder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// How a decoder is aligned with preference pairs. Where the loss needs a frozen reference, that is the model
/// as it is given: its log-likelihoods of all answers are computed once, before the first step, so that one
/// model lies in memory.
///
/// @param loss what is made small
/// @param context tokens of a conversation at most; pairs with a longer one are passed over
/// @param batch pairs in a batch
/// @param accumulation batches in a step
/// @param steps how many steps
/// @param schedule the learning rate of each step
/// @param precision what products run in
/// @param every how often to log, evaluate and write checkpoints
/// @param seed draws the order of pairs
/// @param budget stop after this time; null for no limit
public record Align(
        PreferenceLoss loss,
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

    public Align {
        if (context < 2 || batch < 1 || accumulation < 1 || steps < 1) {
            throw new IllegalArgumentException(
                    "context must be at least 2, batch, accumulation and steps at least 1, were " + context + ", "
                            + batch + ", " + accumulation + " and " + steps);
        }
    }

    /// What is learned from, and what is measured on.
    ///
    /// @param heldOut never trained on; may be empty
    public record Pairs(List<PreferencePair> train, List<PreferencePair> heldOut) {
        public Pairs {
            train = List.copyOf(train);
            heldOut = List.copyOf(heldOut);
        }
    }

    /// Pairs as tokens.
    ///
    /// @param passedOver how many did not fit the context whole
    public record Encoded(List<EncodedPair> train, List<EncodedPair> heldOut, int passedOver) {
        public Encoded {
            train = List.copyOf(train);
            heldOut = List.copyOf(heldOut);
        }
    }

    /// How a run ended.
    ///
    /// @param before figures on the held-out pairs before the first step; empty without any
    /// @param after those at the end
    public record Result(Fit.Result fit, Map<String, Double> before, Map<String, Double> after) {}

    /// Turns pairs into tokens.
    ///
    /// @throws IllegalArgumentException when none to learn from fits the context
    public Encoded encode(ChatEncoder encoder, Pairs pairs) {
        List<EncodedPair> train = encoded(pairs.train(), encoder);
        List<EncodedPair> heldOut = encoded(pairs.heldOut(), encoder);
        if (train.isEmpty()) {
            throw new IllegalArgumentException(
                    "none of " + pairs.train().size() + " pairs fits a context of " + context + " tokens; lengthen it");
        }
        int all = pairs.train().size() + pairs.heldOut().size();
        return new Encoded(train, heldOut, all - train.size() - heldOut.size());
    }

    /// Trains until the steps, the budget or the signal end it; resumes from the checkpoints in `out`.
    ///
    /// @param model the reference, and what is trained, in place
    public Result run(Decoder model, Encoded pairs, Path out, Progress progress, StopSignal stop) {
        List<EncodedPair> train = pairs.train();
        List<EncodedPair> heldOut = pairs.heldOut();
        model.params().mode(Mode.EVAL);
        @Nullable Reference known = loss.hasReference() ? reference(model, train) : null;
        @Nullable Reference held = loss.hasReference() && !heldOut.isEmpty() ? reference(model, heldOut) : null;
        var task = new PreferenceTask(model, loss, measured(heldOut, held));
        Map<String, Double> before = figures(task);
        var batches =
                new Shuffled<>(new Shuffled.Examples(train.size(), batch), seed, rows -> load(train, known, rows));
        try (var optimizer =
                new AdamW(model.params().trainable(), AdamW.Config.decoder().withWeightDecay(0))) {
            Fit.Result result = Fit.steps(steps, schedule)
                    .withAccumulation(accumulation)
                    .withClip(CLIP)
                    .withPrecision(precision)
                    .withEvery(every)
                    .withBudget(budget)
                    .withOutput(out)
                    .run(task, optimizer, batches, progress, stop);
            model.params().mode(Mode.EVAL);
            return new Result(result, before, figures(task));
        }
    }

    private static Map<String, Double> figures(PreferenceTask task) {
        var found = task.evaluate();
        return found == null ? Map.of() : new TreeMap<>(found.figures());
    }

    private List<EncodedPair> encoded(List<PreferencePair> pairs, ChatEncoder encoder) {
        return pairs.stream()
                .map(pair -> EncodedPair.of(pair, encoder, context))
                .filter(Objects::nonNull)
                .toList();
    }

    /// The frozen model's log-likelihoods, a pair each.
    @SuppressWarnings("ArrayRecordComponent") // numbers on their way to a tensor; equality is not asked for
    private record Reference(double[] chosen, double[] rejected) {
        AnswerScores of(int[] rows) {
            return AnswerScores.of(
                    Arrays.stream(rows).mapToDouble(row -> chosen[row]).toArray(),
                    Arrays.stream(rows).mapToDouble(row -> rejected[row]).toArray());
        }
    }

    private Reference reference(Decoder model, List<EncodedPair> pairs) {
        double[] chosen = new double[pairs.size()];
        double[] rejected = new double[pairs.size()];
        for (int from = 0; from < pairs.size(); from += batch) {
            try (var _ = Scope.open("reference");
                    var _ = Gradients.off()) {
                List<EncodedPair> some = pairs.subList(from, Math.min(pairs.size(), from + batch));
                AnswerScores scores = PairBatch.of(some, null).scores(model);
                double[] better = scores.chosen().toDoubles();
                double[] worse = scores.rejected().toDoubles();
                System.arraycopy(better, 0, chosen, from, better.length);
                System.arraycopy(worse, 0, rejected, from, worse.length);
            }
        }
        return new Reference(chosen, rejected);
    }

    private List<Supplier<PairBatch>> measured(List<EncodedPair> pairs, @Nullable Reference reference) {
        List<Supplier<PairBatch>> batches = new ArrayList<>();
        for (int from = 0; from < pairs.size(); from += batch) {
            int begin = from;
            int end = Math.min(pairs.size(), from + batch);
            batches.add(() -> load(pairs, reference, IntStream.range(begin, end).toArray()));
        }
        return batches;
    }

    private static PairBatch load(List<EncodedPair> pairs, @Nullable Reference reference, int[] rows) {
        return PairBatch.of(
                Arrays.stream(rows).mapToObj(pairs::get).toList(), reference == null ? null : reference.of(rows));
    }

    /// {@return the settings in words, for `run.json`}
    public Map<String, String> describe() {
        Map<String, String> words = new TreeMap<>();
        words.put("loss", loss.toString());
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
