package dev.mokha.serve.http;

import dev.mokha.text.chat.ChatTemplate;
import dev.mokha.text.chat.Conversation;
import dev.mokha.text.chat.jinja.TemplateException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `messages` of chat as the model's template makes them a prompt.
final class ChatPrompt {
    private static final Set<String> ROLES = Set.of("system", "developer", "user", "assistant", "tool");

    private final ServedModel model;
    private final String text;

    ChatPrompt(ServedModel model, Fields fields) {
        this.model = model;
        @Nullable ChatTemplate template = model.engine().chatTemplate();
        if (template == null) {
            throw ApiException.of(
                    400, "no_chat_template", "messages", "the model has no chat template; use /v1/completions");
        }
        List<JsonNode> given = fields.list("messages", "it must be a list of messages", one -> one);
        if (given.isEmpty()) {
            throw ApiException.field("messages", "`messages` is missing or empty; it must be a list of messages");
        }
        List<Map<String, @Nullable Object>> messages = new ArrayList<>();
        for (int i = 0; i < given.size(); i++) {
            messages.add(message(Fields.of(given.get(i), "messages[" + i + "]")));
        }
        boolean continued = fields.flag("continue_final_message", false);
        boolean prompted = fields.flag("add_generation_prompt", !continued);
        if (continued && prompted) {
            throw ApiException.field(
                    "continue_final_message",
                    "`continue_final_message` and `add_generation_prompt` exclude each other; give one of them");
        }
        var conversation = new Conversation(messages, List.of(), prompted, kwargs(fields));
        try {
            String rendered = template.render(conversation).text();
            this.text = continued ? upToTheLast(messages, rendered) : rendered;
        } catch (TemplateException e) {
            throw ApiException.of(400, "chat_template", "messages", "`messages`: " + e.getMessage());
        }
    }

    private static Map<String, @Nullable Object> kwargs(Fields fields) {
        @Nullable JsonNode value = fields.take("chat_template_kwargs");
        if (value == null) {
            return Map.of();
        }
        if (!value.isObject()) {
            throw fields.wrong("chat_template_kwargs", value, "it must be an object");
        }
        return map(value);
    }

    private static Map<String, @Nullable Object> map(JsonNode object) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        object.propertyStream().forEach(entry -> map.put(entry.getKey(), plain(entry.getValue())));
        return map;
    }

    /// A value as templates take it.
    private static @Nullable Object plain(JsonNode value) {
        return JsonMapper.shared().convertValue(value, Object.class);
    }

    private static Map<String, @Nullable Object> message(Fields fields) {
        @Nullable String role = fields.text("role");
        if (role == null || !ROLES.contains(role)) {
            throw ApiException.field(
                    fields.named("role"),
                    "`" + fields.named("role") + "` is " + role
                            + "; it must be system, developer, user, assistant or tool");
        }
        Map<String, @Nullable Object> message = new LinkedHashMap<>();
        message.put("role", role.equals("developer") ? "system" : role);
        boolean calls = fields.has("tool_calls");
        message.put("content", content(fields, calls));
        for (String name : List.of("name", "tool_call_id", "reasoning_content")) {
            @Nullable String value = fields.text(name);
            if (value != null) {
                message.put(name, value);
            }
        }
        if (calls) {
            message.put("tool_calls", fields.list("tool_calls", "it must be a list of calls", ChatPrompt::call));
        }
        fields.ignore(List.of("refusal", "annotations", "audio", "function_call"));
        fields.end();
        return message;
    }

    /// Templates want the arguments as an object, OpenAI sends them as its text.
    private static @Nullable Map<String, @Nullable Object> call(JsonNode value) {
        JsonNode arguments = value.at("/function/arguments");
        if (!value.isObject() || !value.at("/function/name").isString()) {
            return null;
        }
        Map<String, @Nullable Object> call = map(value);
        Map<String, @Nullable Object> function = map(value.get("function"));
        if (arguments.isString()) {
            try {
                function.put("arguments", plain(JsonMapper.shared().readTree(arguments.stringValue())));
            } catch (JacksonException _) {
                return null;
            }
        }
        call.put("function", function);
        return call;
    }

    private static String content(Fields fields, boolean mayBeMissing) {
        @Nullable JsonNode content = fields.take("content");
        if (content == null && mayBeMissing) {
            return "";
        }
        if (content != null && content.isString()) {
            return content.stringValue();
        }
        if (content == null || !content.isArray()) {
            String name = fields.named("content");
            throw ApiException.field(name, "`" + name + "` must be a string or a list of text parts");
        }
        return content.valueStream()
                .map(part -> {
                    if (!"text".equals(part.path("type").asString(""))
                            || !part.path("text").isString()) {
                        throw fields.wrong("content", part, "parts have the type text, and their text in `text`");
                    }
                    return part.path("text").stringValue();
                })
                .collect(Collectors.joining("\n"));
    }

    /// Cuts what a template puts behind the last message, as transformers does.
    private static String upToTheLast(List<Map<String, @Nullable Object>> messages, String rendered) {
        String last = String.valueOf(messages.getLast().get("content")).strip();
        int at = rendered.lastIndexOf(last);
        if (!"assistant".equals(messages.getLast().get("role")) || last.isEmpty() || at < 0) {
            throw ApiException.field(
                    "continue_final_message",
                    "`continue_final_message` needs a last message of the assistant whose content the template keeps");
        }
        return rendered.substring(0, at + last.length());
    }

    /// {@return the prompt's tokens; the template writes special ones out}
    int[] ids() {
        return model.tokenizer().encodeIds(text, false);
    }
}
