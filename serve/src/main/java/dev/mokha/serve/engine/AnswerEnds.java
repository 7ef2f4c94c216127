package dev.mokha.serve.engine;

import dev.mokha.text.grammar.Matcher;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// When an answer is over.
///
/// @param endOfText ids by which the model ends it
/// @param stops ids that end it because somebody wished so
/// @param longest answer
record AnswerEnds(Set<Integer> endOfText, Set<Integer> stops, int longest) {
    /// @param room tokens that the context leaves for the answer
    static AnswerEnds of(Request request, Set<Integer> endOfText, int room) {
        var sampling = request.sampling();
        return new AnswerEnds(endOfText, sampling.ending().ids(), Math.min(room, sampling.maxNewTokens()));
    }

    /// {@return why an answer is over with its newest token; null where it is not}
    ///
    /// @param length of the answer
    /// @param matcher has taken the token; null where nothing has to match
    Reader.@Nullable Finish after(int id, int length, @Nullable Matcher matcher) {
        if (endOfText.contains(id)) {
            return Reader.Finish.END_OF_TEXT;
        }
        if (stops.contains(id)) {
            return Reader.Finish.STOP;
        }
        if (matcher != null && matcher.mustEnd()) {
            return Reader.Finish.COMPLETE;
        }
        return length >= longest ? Reader.Finish.LENGTH : null;
    }

    /// {@return whether a token ends answers and is none of their text}
    boolean isSilent(int id) {
        return endOfText.contains(id) || stops.contains(id);
    }

    /// {@return all ids that end answers}
    Set<Integer> ids() {
        var all = new HashSet<>(endOfText);
        all.addAll(stops);
        return all;
    }
}
