package dev.mokha.language.align;

import dev.mokha.text.chat.ChatEncoder;
import dev.mokha.text.chat.Conversation;
import dev.mokha.text.chat.EncodedChat;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A pair as tokens.
///
/// @param chosen the better conversation
/// @param rejected the worse one
public record EncodedPair(Row chosen, Row rejected) {
    /// A conversation whose last answer is scored.
    ///
    /// @param ids `[time]`
    /// @param labels `[time]`: the ids where the last answer stands, its end of turn included, -100 elsewhere
    @SuppressWarnings("ArrayRecordComponent") // tokens on their way to a tensor; equality is not asked for
    public record Row(int[] ids, int[] labels) {
        int scored() {
            return (int) Arrays.stream(labels).filter(label -> label != IGNORED).count();
        }
    }

    static final int IGNORED = -100;

    /// Encodes a pair; null when an answer does not fit the context whole. Cut answers would be compared by
    /// what is left of them, and a cut prompt is another question.
    static @Nullable EncodedPair of(PreferencePair pair, ChatEncoder encoder, int context) {
        int prompt = encoder.prompt(pair.prompt()).length;
        Row chosen = row(pair.chosen(), encoder, prompt);
        Row rejected = row(pair.rejected(), encoder, prompt);
        boolean fits = chosen.ids.length <= context && rejected.ids.length <= context;
        return fits && chosen.scored() > 0 && rejected.scored() > 0 ? new EncodedPair(chosen, rejected) : null;
    }

    /// Earlier answers of the assistant belong to the prompt, so only the last one counts.
    private static Row row(Conversation conversation, ChatEncoder encoder, int prompt) {
        EncodedChat chat = encoder.encode(conversation);
        int[] labels = chat.labels(IGNORED);
        Arrays.fill(labels, 0, Math.min(prompt, labels.length), IGNORED);
        return new Row(chat.ids(), labels);
    }

    int longest() {
        return Math.max(chosen.ids.length, rejected.ids.length);
    }
}
