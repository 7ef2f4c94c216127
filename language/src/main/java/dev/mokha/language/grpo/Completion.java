package dev.mokha.language.grpo;

import dev.mokha.text.chat.Conversation;
import dev.mokha.text.chat.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A completion as rewards see it.
///
/// @param prompt what was completed
/// @param text what the model wrote, without special tokens
/// @param tokens how many tokens it has, the one that ended it included
/// @param ended whether it ended by itself; else it was cut at the longest length
public record Completion(Prompt prompt, String text, int tokens, boolean ended) {
    /// {@return the prompt's conversation with this as its answer; a prompt that is a text is what the user says}
    public Conversation conversation() {
        Conversation known = prompt.conversation();
        Conversation asked = known == null ? Conversation.of(new Message.User(prompt.text())) : known;
        List<Map<String, @Nullable Object>> messages = new ArrayList<>(asked.messages());
        messages.add(new Message.Assistant(text).fields());
        return new Conversation(messages, asked.tools(), false, asked.variables());
    }
}
