package dev.mokha.language.corpus;

import dev.mokha.text.chat.Message;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Messages as files of conversations hold them: a list of `{"role", "content"}` with the roles `system`,
/// `user`
/// and `assistant`.
public final class MessageList {
    private MessageList() {}

    /// Reads a list.
    ///
    /// @param where what an error about it begins with
    /// @throws CorpusException for a message without a known role or without content
    public static List<Message> read(JsonNode array, String where) {
        List<Message> messages = new ArrayList<>();
        for (JsonNode message : array) {
            String content = text(message, "content", where);
            String role = text(message, "role", where);
            messages.add(
                    switch (role) {
                        case "system" -> new Message.System(content);
                        case "user" -> new Message.User(content);
                        case "assistant" -> new Message.Assistant(content);
                        default ->
                            throw new CorpusException(
                                    where + ": role '" + role + "' is none of system, user, assistant");
                    });
        }
        return messages;
    }

    private static String text(JsonNode message, String field, String where) {
        @Nullable JsonNode value = message.get(field);
        if (value == null || !value.isString()) {
            throw new CorpusException(where + ": a message without '" + field + "' as text");
        }
        return value.stringValue();
    }
}
