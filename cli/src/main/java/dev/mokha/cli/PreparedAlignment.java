package dev.mokha.cli;

import dev.mokha.language.align.Align;
import dev.mokha.language.align.AlignRated;
import dev.mokha.language.align.EncodedPair;
import dev.mokha.language.align.EncodedRating;
import dev.mokha.language.align.Kto;
import dev.mokha.language.align.PreferenceLoss;
import dev.mokha.language.align.PreferencePair;
import dev.mokha.language.align.Preferences;
import dev.mokha.language.align.RatedAnswer;
import dev.mokha.language.align.Ratings;
import dev.mokha.language.align.Reference;
import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.recipe.Recipe;
import dev.mokha.language.recipe.Split;
import dev.mokha.nn.fit.Progress;
import dev.mokha.nn.fit.StopSignal;
import dev.mokha.text.chat.ChatEncoder;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;

/// An alignment that has read everything it needs but the model.
///
/// @param settings in words, for `run.json`
/// @param passedOver how many examples did not fit the context
/// @param hasReference whether the loss looks at a frozen model
record PreparedAlignment(Map<String, String> settings, int passedOver, boolean hasReference, Run training) {
    /// The training itself.
    interface Run {
        Recipe.Result on(Decoder model, Reference reference, Progress progress, StopSignal stop);
    }

    /// Reads the files that a verb names.
    ///
    /// @param rate the peak learning rate
    static PreparedAlignment of(
            LossOptions loss, PreferenceOptions options, double rate, ChatEncoder encoder, CommandSpec verb) {
        return switch (loss.chosen(verb)) {
            case LossOptions.Chosen.Pairs(PreferenceLoss chosen) -> {
                Split<PreferencePair> pairs = options.split(Preferences::read, verb);
                var align = new Align(chosen, options.recipe(pairs.train().size(), rate));
                Split<EncodedPair> encoded = align.encode(encoder, pairs);
                yield new PreparedAlignment(
                        align.describe(),
                        pairs.size() - encoded.size(),
                        chosen.hasReference(),
                        (model, reference, progress, stop) ->
                                align.run(model, reference, encoded, options.out(), progress, stop));
            }
            case LossOptions.Chosen.Rated(Kto chosen) -> {
                Split<RatedAnswer> answers = answers(options.split(Ratings::read, verb));
                noteBalance(chosen, answers.train(), verb);
                var align =
                        new AlignRated(chosen, options.recipe(answers.train().size(), rate));
                Split<EncodedRating> encoded = align.encode(encoder, answers);
                yield new PreparedAlignment(
                        align.describe(),
                        answers.size() - encoded.size(),
                        true,
                        (model, reference, progress, stop) ->
                                align.run(model, reference, encoded, options.out(), progress, stop));
            }
        };
    }

    /// Both answers of a pair are learned from, or both are held out.
    private static Split<RatedAnswer> answers(Split<List<RatedAnswer>> rows) {
        return new Split<>(
                rows.train().stream().flatMap(List::stream).toList(),
                rows.heldOut().stream().flatMap(List::stream).toList());
    }

    private static void noteBalance(Kto kto, List<RatedAnswer> answers, CommandSpec verb) {
        long good = answers.stream().filter(RatedAnswer::desirable).count();
        long bad = answers.size() - good;
        if (!kto.isBalanced(good, bad)) {
            double even = kto.undesirableWeight() * bad / Math.max(1, good);
            verb.commandLine()
                    .getErr()
                    .printf(
                            Locale.ROOT,
                            "note: %d good and %d bad answers; the paper lets both have about the same say, which a"
                                    + " --desirable-weight from %.2f to %.2f would%n",
                            good,
                            bad,
                            even,
                            even * 4 / 3);
        }
    }
}
