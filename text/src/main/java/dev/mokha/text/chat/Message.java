package dev.mokha.text.chat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One message of a conversation.
public sealed interface Message {
    /// {@return what the message says}
    String content();

    /// {@return the message as chat templates expect it: `role`, `content` and what else it has}
    Map<String, @Nullable Object> fields();

    /// Instructions that hold for the whole conversation.
    @SuppressWarnings("AvoidCommonTypeNames") // the role's own name, always written Message.System
    record System(String content) implements Message {
        @Override
        public Map<String, @Nullable Object> fields() {
            return map("system", content);
        }
    }

    /// What the person says.
    record User(String content) implements Message {
        @Override
        public Map<String, @Nullable Object> fields() {
            return map("user", content);
        }
    }

    /// What the model says, or is to learn to say.
    ///
    /// @param reasoning its thinking before the answer, or null; templates see it under the names
    ///     `reasoning_content` and `thinking`
    /// @param toolCalls the tools it calls, often with an empty content
    record Assistant(String content, @Nullable String reasoning, List<ToolCall> toolCalls) implements Message {
        public Assistant {
            toolCalls = List.copyOf(toolCalls);
        }

        public Assistant(String content) {
            this(content, null, List.of());
        }

        @Override
        public Map<String, @Nullable Object> fields() {
            Map<String, @Nullable Object> fields = map("assistant", content);
            if (reasoning != null) {
                fields.put("reasoning_content", reasoning);
                fields.put("thinking", reasoning);
            }
            if (!toolCalls.isEmpty()) {
                fields.put(
                        "tool_calls", toolCalls.stream().map(ToolCall::fields).toList());
            }
            return fields;
        }
    }

    /// What a tool gave back.
    ///
    /// @param name the tool, or null where the template does not ask
    /// @param callId the call that it answers, or null where the template does not ask
    record Tool(
            String content, @Nullable String name, @Nullable String callId) implements Message {
        public Tool(String content) {
            this(content, null, null);
        }

        @Override
        public Map<String, @Nullable Object> fields() {
            Map<String, @Nullable Object> fields = map("tool", content);
            if (name != null) {
                fields.put("name", name);
            }
            if (callId != null) {
                fields.put("tool_call_id", callId);
            }
            return fields;
        }
    }

    /// A call of a function by the assistant.
    ///
    /// @param id names the call where templates ask for it (Mistral's want nine letters or digits), or null
    /// @param arguments by name: strings, numbers, booleans, null, lists and maps of such
    record ToolCall(@Nullable String id, String name, Map<String, ? extends @Nullable Object> arguments) {
        public ToolCall(String name, Map<String, ? extends @Nullable Object> arguments) {
            this(null, name, arguments);
        }

        Map<String, @Nullable Object> fields() {
            Map<String, @Nullable Object> function = new LinkedHashMap<>();
            function.put("name", name);
            function.put("arguments", arguments);
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            fields.put("type", "function");
            if (id != null) {
                fields.put("id", id);
            }
            fields.put("function", function);
            return fields;
        }
    }

    private static Map<String, @Nullable Object> map(String role, String content) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("role", role);
        fields.put("content", content);
        return fields;
    }
}
