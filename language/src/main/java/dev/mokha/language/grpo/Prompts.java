package dev.mokha.language.grpo;

import dev.mokha.language.corpus.CorpusException;
import dev.mokha.language.corpus.JsonRecord;
import dev.mokha.language.corpus.MessageList;
import dev.mokha.text.chat.Conversation;
import dev.mokha.text.chat.Message;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads prompts: JSON lines or one JSON array, gzipped or not. A prompt is a text, or a list of
/// `{"role", "content"}` to be answered; every other field that is a text, a number or a truth value is kept
/// for the rewards.
///
/// @param field which field holds the prompt: `prompt`, of GSM8K `question`
/// @param chat whether a text is what the user says, to be answered by the chat template, and not the
///     beginning of a text
/// @param system instructions before a text that the user says; null for none
public record Prompts(String field, boolean chat, @Nullable String system) {
    private static final int MOST_ZEROS = 1000;

    public Prompts {
        if (system != null && !chat) {
            throw new IllegalArgumentException("instructions for the model need the chat template; ask for it");
        }
    }

    /// Prompts in the field `prompt`.
    public static Prompts plain() {
        return new Prompts("prompt", false, null);
    }

    /// Reads a file.
    ///
    /// @throws CorpusException naming file and line of what is no prompt, and for a file without any
    public List<Prompt> read(Path file) {
        List<Prompt> prompts = new ArrayList<>();
        for (JsonRecord row : JsonRecord.read(file)) {
            prompts.add(prompt(row.value(), row.where()));
        }
        if (prompts.isEmpty()) {
            throw new CorpusException(file + " holds no prompt; it is empty");
        }
        return prompts;
    }

    private Prompt prompt(JsonNode row, String where) {
        @Nullable JsonNode value = row.get(field);
        if (value == null) {
            throw new CorpusException(where + ": no field '" + field + "' with the prompt");
        }
        Map<String, String> fields = new TreeMap<>();
        row.properties().forEach(entry -> {
            if (!entry.getKey().equals(field)
                    && entry.getValue().isValueNode()
                    && !entry.getValue().isNull()) {
                fields.put(entry.getKey(), text(entry.getValue(), entry.getKey(), where));
            }
        });
        if (value.isArray()) {
            List<Message> messages = messages(value, where);
            return new Prompt(messages.getLast().content(), Conversation.of(messages), fields, where);
        }
        if (!value.isString()) {
            throw new CorpusException(where + ": '" + field + "' is neither a text nor a list of messages");
        }
        String text = value.stringValue();
        return new Prompt(text, chat ? said(text) : null, fields, where);
    }

    private Conversation said(String text) {
        return system == null
                ? Conversation.of(new Message.User(text))
                : Conversation.of(new Message.System(system), new Message.User(text));
    }

    /// Numbers are written out, so that `1e2` is the answer 100.
    private static String text(JsonNode value, String name, String where) {
        if (!value.isNumber()) {
            return value.asString();
        }
        BigDecimal number = value.decimalValue();
        if (Math.abs((long) number.scale()) > MOST_ZEROS) {
            throw new CorpusException(where + ": the number in '" + name + "' is out of range: " + number);
        }
        return number.toPlainString();
    }

    private static List<Message> messages(JsonNode array, String where) {
        List<Message> messages = MessageList.read(array, where);
        if (messages.isEmpty() || messages.getLast() instanceof Message.Assistant) {
            throw new CorpusException(where + ": messages to be answered end with the user, not with "
                    + (messages.isEmpty() ? "nothing" : "the assistant"));
        }
        return messages;
    }
}
