package dev.mokha.language.align;

import dev.mokha.text.chat.ChatEncoder;
import org.jspecify.annotations.Nullable;

/// A pair as tokens.
///
/// @param chosen the better conversation
/// @param rejected the worse one
/// @param margin how much better the better answer was found
public record EncodedPair(AnswerRow chosen, AnswerRow rejected, double margin) {
    /// Encodes a pair; null when an answer does not fit the context whole.
    public static @Nullable EncodedPair of(PreferencePair pair, ChatEncoder encoder, int context) {
        int prompt = encoder.prompt(pair.prompt()).length;
        AnswerRow chosen = AnswerRow.of(pair.chosen(), encoder, prompt);
        AnswerRow rejected = AnswerRow.of(pair.rejected(), encoder, prompt);
        return chosen.fits(context) && rejected.fits(context) ? new EncodedPair(chosen, rejected, pair.margin()) : null;
    }
}
