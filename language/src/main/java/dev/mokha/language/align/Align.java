package dev.mokha.language.align;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.recipe.Recipe;
import dev.mokha.language.recipe.Split;
import dev.mokha.nn.fit.Fit;
import dev.mokha.nn.fit.Progress;
import dev.mokha.nn.fit.Shuffled;
import dev.mokha.nn.fit.StopSignal;
import dev.mokha.text.chat.ChatEncoder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// How a decoder is aligned with pairs of answers of which people preferred one.
///
/// @param loss what is made small
/// @param recipe how the training goes; pairs longer than its context are passed over
public record Align(PreferenceLoss loss, Recipe recipe) {
    /// Turns pairs into tokens.
    ///
    /// @throws IllegalArgumentException when none to learn from fits the context
    public Split<EncodedPair> encode(ChatEncoder encoder, Split<PreferencePair> pairs) {
        return pairs.encoded(pair -> EncodedPair.of(pair, encoder, recipe.context()), recipe.context());
    }

    /// Trains with the model as it is given for a reference, which is read once and kept as numbers.
    ///
    /// @param model what is trained, in place
    public Recipe.Result run(Decoder model, Split<EncodedPair> pairs, Path out, Progress progress, StopSignal stop) {
        return run(model, new Reference.Cached(), pairs, out, progress, stop);
    }

    /// Trains until the steps, the budget or the signal end it; resumes from the checkpoints in `out`.
    ///
    /// @param model what is trained, in place
    /// @param reference the frozen model, where the loss has one
    public Recipe.Result run(
            Decoder model,
            Reference reference,
            Split<EncodedPair> pairs,
            Path out,
            Progress progress,
            StopSignal stop) {
        List<EncodedPair> train = pairs.train();
        @Nullable FrozenScores known = frozen(reference, model, train, recipe.precision());
        // The loop measures in float32 whatever it trains in.
        @Nullable FrozenScores held = frozen(reference, model, pairs.heldOut(), Fit.Precision.FLOAT32);
        List<Supplier<PairBatch>> measured = recipe.batches(pairs.heldOut()).stream()
                .<Supplier<PairBatch>>map(some -> () -> PairBatch.of(some, held))
                .toList();
        var batches = new Shuffled<>(
                new Shuffled.Examples(train.size(), recipe.batch()),
                recipe.seed(),
                rows -> PairBatch.of(Arrays.stream(rows).mapToObj(train::get).toList(), known));
        return recipe.run(new PreferenceTask(model, loss, measured), model.params(), batches, out, progress, stop);
    }

    private @Nullable FrozenScores frozen(
            Reference reference, Decoder given, List<EncodedPair> pairs, Fit.Precision precision) {
        if (!loss.hasReference()) {
            return null;
        }
        var batches = recipe.batches(pairs).stream().map(PairBatch::rows).toList();
        return FrozenScores.of(reference, given, batches, precision);
    }

    /// {@return the settings in words, for `run.json`}
    public Map<String, String> describe() {
        Map<String, String> words = recipe.describe();
        words.put("loss", loss.toString());
        return words;
    }
}
