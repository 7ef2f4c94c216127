package dev.mokha.language.align;

import dev.mokha.text.chat.ChatEncoder;
import org.jspecify.annotations.Nullable;

/// A rated answer as tokens.
public record EncodedRating(AnswerRow row, boolean desirable) {
    /// Encodes an answer; null when it does not fit the context whole.
    static @Nullable EncodedRating of(RatedAnswer answer, ChatEncoder encoder, int context) {
        AnswerRow row = AnswerRow.of(answer.conversation(), encoder, encoder.prompt(answer.prompt()).length);
        return row.fits(context) ? new EncodedRating(row, answer.desirable()) : null;
    }
}
