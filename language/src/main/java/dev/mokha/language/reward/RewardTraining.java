package dev.mokha.language.reward;

import dev.mokha.language.align.EncodedPair;
import dev.mokha.language.align.PreferencePair;
import dev.mokha.language.decoder.RewardModel;
import dev.mokha.language.recipe.Recipe;
import dev.mokha.language.recipe.Split;
import dev.mokha.nn.fit.Progress;
import dev.mokha.nn.fit.Shuffled;
import dev.mokha.nn.fit.StopSignal;
import dev.mokha.text.chat.ChatEncoder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// How a reward model is trained on pairs of answers of which people preferred one.
///
/// @param loss what is made small
/// @param recipe how the training goes; pairs longer than its context are passed over
public record RewardTraining(BradleyTerry loss, Recipe recipe) {
    /// Turns pairs into tokens.
    ///
    /// @throws IllegalArgumentException when none to learn from fits the context
    public Split<EncodedPair> encode(ChatEncoder encoder, Split<PreferencePair> pairs) {
        return pairs.encoded(pair -> EncodedPair.of(pair, encoder, recipe.context()), recipe.context());
    }

    /// Trains until the steps, the budget or the signal end it; resumes from the checkpoints in `out`.
    ///
    /// @param model what is trained, in place
    public Recipe.Result run(
            RewardModel model, Split<EncodedPair> pairs, Path out, Progress progress, StopSignal stop) {
        List<EncodedPair> train = pairs.train();
        var batches = new Shuffled<>(
                new Shuffled.Examples(train.size(), recipe.batch()),
                recipe.seed(),
                rows -> Arrays.stream(rows).mapToObj(train::get).toList());
        var task = new RewardTask(model, loss, recipe.batches(pairs.heldOut()));
        return recipe.run(task, model.params(), batches, out, progress, stop);
    }

    /// {@return the settings in words, for `run.json`}
    public Map<String, String> describe() {
        Map<String, String> words = recipe.describe();
        words.put("loss", loss.toString());
        return words;
    }
}
