package dev.mokha.language.align;

import dev.mokha.text.chat.Conversation;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A conversation with two last answers, of which people preferred one.
///
/// @param chosen the conversation with the better answer
/// @param rejected the same but for its last message, the worse answer
/// @param margin how much better the better answer was found; 0 where that is not known. Reward
///     models look at it
public record PreferencePair(Conversation chosen, Conversation rejected, double margin) {
    public PreferencePair {
        List<Map<String, @Nullable Object>> better = chosen.messages();
        List<Map<String, @Nullable Object>> worse = rejected.messages();
        if (better.size() < 2
                || !isAnswer(better.getLast())
                || worse.isEmpty()
                || !isAnswer(worse.getLast())
                || !better.subList(0, better.size() - 1).equals(worse.subList(0, worse.size() - 1))) {
            throw new IllegalArgumentException("a pair is one conversation with two last answers of the assistant;"
                    + " these have " + better.size() + " and " + worse.size()
                    + " messages, or differ before the last");
        }
        if (better.getLast().equals(worse.getLast())) {
            throw new IllegalArgumentException("both answers of a pair are the same");
        }
        if (!Double.isFinite(margin)) {
            throw new IllegalArgumentException("the margin of a pair is a number, not " + margin);
        }
    }

    /// A pair of which is not known how much better the better answer is.
    public PreferencePair(Conversation chosen, Conversation rejected) {
        this(chosen, rejected, 0);
    }

    private static boolean isAnswer(Map<String, @Nullable Object> message) {
        return "assistant".equals(message.get("role"));
    }

    /// {@return the conversation before the answers, to be answered}
    public Conversation prompt() {
        return new Conversation(
                chosen.messages().subList(0, chosen.messages().size() - 1), chosen.tools(), true, chosen.variables());
    }
}
