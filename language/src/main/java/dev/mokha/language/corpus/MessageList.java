package dev.mokha.language.corpus;

import dev.mokha.text.chat.Message;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Messages as files of conversations hold them: a list of `{"role", "content"}`, or of `{"from", "value"}` as
/// ShareGPT has it, with the roles `system`, `user` (or `human`) and `assistant` (or `gpt`).
public final class MessageList {
    private MessageList() {}

    /// Reads a list.
    ///
    /// @param where what an error about it begins with
    /// @throws CorpusException for a message without a known role or without content
    public static List<Message> read(JsonNode array, String where) {
        List<Message> messages = new ArrayList<>();
        for (JsonNode message : array) {
            boolean shareGpt = message.get("from") != null;
            String content = text(message, shareGpt ? "value" : "content", where);
            String role = text(message, shareGpt ? "from" : "role", where);
            messages.add(
                    switch (role) {
                        case "system" -> new Message.System(content);
                        case "user", "human" -> new Message.User(content);
                        case "assistant", "gpt" -> new Message.Assistant(content);
                        default ->
                            throw new CorpusException(where + ": role '" + role
                                    + "' is none of system, user, assistant, nor ShareGPT's human and gpt");
                    });
        }
        return messages;
    }

    private static String text(JsonNode message, String field, String where) {
        @Nullable JsonNode value = message.get(field);
        if (value == null || !value.isString()) {
            throw new CorpusException(where + ": a message without '" + field + "' as text: "
                    + (value == null ? "no field '" + field + "'" : "it is " + value));
        }
        return value.stringValue();
    }
}
