package dev.mokha.language.adapt;

import dev.mokha.language.corpus.CorpusException;
import dev.mokha.language.corpus.JsonRecord;
import dev.mokha.text.chat.Conversation;
import dev.mokha.text.chat.Message;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads conversations to learn from: JSON lines or one JSON array, gzipped or not, each with `messages`, a
/// list of `{"role", "content"}` with the roles `system`, `user` and `assistant`.
public final class Conversations {
    private Conversations() {}

    /// @throws CorpusException naming file and line of what is no conversation
    public static List<Conversation> read(Path file) {
        List<Conversation> conversations = new ArrayList<>();
        for (JsonRecord row : JsonRecord.read(file)) {
            conversations.add(parse(row.value(), row.where()));
        }
        if (conversations.isEmpty()) {
            throw new CorpusException(file + " holds no conversation");
        }
        return conversations;
    }

    private static Conversation parse(JsonNode node, String where) {
        @Nullable JsonNode messages = node.get("messages");
        if (messages == null || !messages.isArray() || messages.isEmpty()) {
            throw new CorpusException(where + ": no list of 'messages'");
        }
        List<Message> parsed = new ArrayList<>();
        for (JsonNode message : messages) {
            String content = text(message, "content", where);
            parsed.add(
                    switch (text(message, "role", where)) {
                        case "system" -> new Message.System(content);
                        case "user" -> new Message.User(content);
                        case "assistant" -> new Message.Assistant(content);
                        default ->
                            throw new CorpusException(where + ": role '" + text(message, "role", where)
                                    + "' is none of system, user, assistant");
                    });
        }
        if (parsed.stream().noneMatch(Message.Assistant.class::isInstance)) {
            throw new CorpusException(where + ": no message of the assistant to learn from");
        }
        return Conversation.of(parsed);
    }

    private static String text(JsonNode message, String field, String where) {
        @Nullable JsonNode value = message.get(field);
        if (value == null || !value.isString()) {
            throw new CorpusException(where + ": a message without '" + field + "' as text");
        }
        return value.stringValue();
    }
}
