package dev.mokha.language.align;

import dev.mokha.language.corpus.CorpusException;
import dev.mokha.language.corpus.MessageList;
import dev.mokha.text.chat.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The fields of files about preferences. Whatever is wrong is a [CorpusException] that begins with the place.
final class PreferenceJson {
    private PreferenceJson() {}

    /// @param forms what the rows of such a file have, for the message
    static JsonNode field(JsonNode row, String name, String forms, String where) {
        @Nullable JsonNode value = row.get(name);
        if (value == null) {
            throw new CorpusException(where + ": no field '" + name + "'; " + forms);
        }
        return value;
    }

    static String text(JsonNode node, String name, String where) {
        if (!node.isString()) {
            throw new CorpusException(where + ": '" + name + "' is no text");
        }
        return node.stringValue();
    }

    /// What stands before an answer: a text, which the user wrote, or a list of messages.
    static List<Message> prompt(JsonNode node, String where) {
        return node.isArray() ? messages(node, where) : List.of(new Message.User(text(node, "prompt", where)));
    }

    /// The answer in a field beside a prompt: a text, or a list of one message.
    static String answer(JsonNode node, String name, String where) {
        if (!node.isArray()) {
            return text(node, name, where);
        }
        List<Message> messages = messages(node, where);
        if (messages.size() == 1 && messages.getFirst() instanceof Message.Assistant one) {
            return one.content();
        }
        throw new CorpusException(where + ": beside 'prompt', '" + name + "' must be one message of the assistant, not "
                + messages.size() + " messages");
    }

    static List<Message> messages(JsonNode array, String where) {
        List<Message> messages = MessageList.read(array, where);
        if (messages.isEmpty()) {
            throw new CorpusException(where + ": an empty list of messages");
        }
        return messages;
    }
}
