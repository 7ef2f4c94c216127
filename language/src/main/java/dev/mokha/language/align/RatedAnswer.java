package dev.mokha.language.align;

import dev.mokha.text.chat.Conversation;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A conversation whose last answer people found good or bad on its own, beside no other.
///
/// @param desirable whether they found it good
public record RatedAnswer(Conversation conversation, boolean desirable) {
    public RatedAnswer {
        List<Map<String, @Nullable Object>> messages = conversation.messages();
        if (messages.size() < 2 || !"assistant".equals(messages.getLast().get("role"))) {
            throw new IllegalArgumentException("a rated answer is the assistant's, behind what it answers; this"
                    + " conversation of " + messages.size() + " messages does not end with one");
        }
    }

    /// {@return the conversation before the answer, to be answered}
    Conversation prompt() {
        return new Conversation(
                conversation.messages().subList(0, conversation.messages().size() - 1),
                conversation.tools(),
                true,
                conversation.variables());
    }
}
