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
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// How a decoder is aligned with answers that were rated one by one.
///
/// Which answers make a batch, and with it each one's mismatch, is drawn once for the run; the order of the
/// batches is drawn anew each epoch.
///
/// @param loss what is made small
/// @param recipe how the training goes; answers longer than its context are passed over
public record AlignRated(Kto loss, Recipe recipe) {
    /// Turns answers into tokens.
    ///
    /// @throws IllegalArgumentException when none to learn from fits the context, or one answer would be alone
    public Split<EncodedRating> encode(ChatEncoder encoder, Split<RatedAnswer> answers) {
        var encoded = answers.encoded(answer -> EncodedRating.of(answer, encoder, recipe.context()), recipe.context());
        RatingGroup.requireTwo(encoded.train().size(), recipe.batch());
        if (!encoded.heldOut().isEmpty()) {
            RatingGroup.requireTwo(encoded.heldOut().size(), recipe.batch());
        }
        return encoded;
    }

    /// Trains until the steps, the budget or the signal end it; resumes from the checkpoints in `out`.
    ///
    /// @param model what is trained, in place
    /// @param reference the frozen model
    public Recipe.Result run(
            Decoder model,
            Reference reference,
            Split<EncodedRating> answers,
            Path out,
            Progress progress,
            StopSignal stop) {
        List<RatingGroup> train = groups(answers.train());
        List<RatingGroup> heldOut = answers.heldOut().isEmpty() ? List.of() : groups(answers.heldOut());
        FrozenScores known = frozen(reference, model, train, recipe.precision());
        FrozenScores held = frozen(reference, model, heldOut, Fit.Precision.FLOAT32);
        List<Supplier<RatedBatch>> measured = heldOut.stream()
                .<Supplier<RatedBatch>>map(group -> () -> RatedBatch.of(group, held))
                .toList();
        var batches = new Shuffled<>(
                new Shuffled.Examples(train.size(), 1),
                recipe.seed(),
                group -> RatedBatch.of(train.get(group[0]), known));
        return recipe.run(new RatedTask(model, loss, measured), model.params(), batches, out, progress, stop);
    }

    private List<RatingGroup> groups(List<EncodedRating> answers) {
        return RatingGroup.draw(answers, recipe.batch(), recipe.context(), recipe.seed());
    }

    private static FrozenScores frozen(
            Reference reference, Decoder given, List<RatingGroup> groups, Fit.Precision precision) {
        var batches = groups.stream()
                .flatMap(group -> Stream.of(group.own(), group.mismatched()))
                .toList();
        return FrozenScores.of(reference, given, batches, precision);
    }

    /// {@return the settings in words, for `run.json`}
    public Map<String, String> describe() {
        Map<String, String> words = recipe.describe();
        words.put("loss", loss.toString());
        return words;
    }
}
