package dev.mokha.text.chat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a chat template renders: messages and what goes with them.
///
/// @param messages the fields of each message: `role`, `content`, …; [Message] makes them
/// @param tools JSON schemas of the functions on offer, as the OpenAI API takes them; empty for none
/// @param generationPrompt whether the text ends where the assistant's answer is to begin
/// @param variables more of what the template reads, such as `enable_thinking`
public record Conversation(
        List<Map<String, @Nullable Object>> messages,
        List<Map<String, @Nullable Object>> tools,
        boolean generationPrompt,
        Map<String, @Nullable Object> variables) {

    // Written out, since a compact constructor's parameters lose their annotations in the class file.
    public Conversation(
            List<Map<String, @Nullable Object>> messages,
            List<Map<String, @Nullable Object>> tools,
            boolean generationPrompt,
            Map<String, @Nullable Object> variables) {
        this.messages = List.copyOf(messages);
        this.tools = List.copyOf(tools);
        this.generationPrompt = generationPrompt;
        this.variables = Collections.unmodifiableMap(new LinkedHashMap<>(variables));
    }

    public static Conversation of(List<? extends Message> messages) {
        List<Map<String, @Nullable Object>> fields = new ArrayList<>();
        messages.forEach(message -> fields.add(message.fields()));
        return new Conversation(fields, List.of(), false, Map.of());
    }

    public static Conversation of(Message... messages) {
        return of(List.of(messages));
    }

    /// {@return this conversation, to be answered by the model}
    public Conversation toBeAnswered() {
        return with(messages, true);
    }

    /// {@return this conversation with these tools on offer}
    public Conversation withTools(List<Map<String, @Nullable Object>> schemas) {
        return new Conversation(messages, schemas, generationPrompt, variables);
    }

    /// {@return this conversation with one more variable for the template}
    public Conversation with(String variable, @Nullable Object value) {
        Map<String, @Nullable Object> more = new LinkedHashMap<>(variables);
        more.put(variable, value);
        return new Conversation(messages, tools, generationPrompt, more);
    }

    Conversation with(List<Map<String, @Nullable Object>> others, boolean prompt) {
        return new Conversation(others, tools, prompt, variables);
    }

    /// {@return the first `count` messages}
    Conversation first(int count, boolean prompt) {
        return with(messages.subList(0, count), prompt);
    }

    boolean isAssistant(int message) {
        return "assistant".equals(messages.get(message).get("role"));
    }
}
