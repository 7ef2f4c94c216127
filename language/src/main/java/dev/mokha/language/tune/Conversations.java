package dev.mokha.language.tune;

import dev.mokha.language.corpus.CorpusException;
import dev.mokha.language.corpus.JsonRecord;
import dev.mokha.language.corpus.MessageList;
import dev.mokha.language.recipe.Read;
import dev.mokha.text.chat.Conversation;
import dev.mokha.text.chat.Message;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads conversations to learn from: JSON lines or one JSON array, gzipped or not, in the forms that are
/// about:
///
/// - `messages` or `conversations`: a list of `{"role", "content"}`, or of `{"from", "value"}` as ShareGPT
///   has it, with the roles `system`, `user` (or `human`) and `assistant` (or `gpt`);
/// - `instruction`, `input` (which may be empty), `output` or `response`, as Alpaca; `system` where there
/// is one;
/// - `prompt`, `completion`: texts, or lists of messages;
/// - `question`, `answer`.
public final class Conversations {
    private static final List<Turns> PAIRS =
            List.of(new Turns("prompt", "completion"), new Turns("question", "answer"));

    /// The names of two fields.
    private record Turns(String asked, String answered) {}

    private Conversations() {}

    /// Reads a file.
    ///
    /// @throws CorpusException naming file and line or row of what is no conversation or has no answer, and
    ///     for a file of which nothing can be used
    public static Read<Conversation> read(Path file) {
        List<Conversation> conversations = new ArrayList<>();
        List<String> skipped = new ArrayList<>();
        for (JsonRecord row : JsonRecord.read(file)) {
            List<Message> messages = messages(row.value(), row.where());
            List<Message> answers = messages.stream()
                    .filter(Message.Assistant.class::isInstance)
                    .toList();
            if (answers.isEmpty()) {
                throw new CorpusException(row.where() + ": no message of the assistant to learn from");
            }
            if (answers.stream().anyMatch(answer -> answer.content().isBlank())) {
                skipped.add(row.where() + ": an answer is empty");
            } else {
                conversations.add(Conversation.of(messages));
            }
        }
        if (conversations.isEmpty()) {
            throw new CorpusException(file + " holds no conversation to learn from"
                    + (skipped.isEmpty() ? "; it is empty" : ": " + skipped.getFirst()));
        }
        return new Read<>(conversations, skipped);
    }

    private static List<Message> messages(JsonNode row, String where) {
        for (String name : List.of("messages", "conversations")) {
            @Nullable JsonNode list = row.get(name);
            if (list != null) {
                return list(list, name, where);
            }
        }
        if (row.get("instruction") != null) {
            return instruction(row, where);
        }
        for (Turns pair : PAIRS) {
            @Nullable JsonNode asked = row.get(pair.asked);
            if (asked != null) {
                List<Message> messages = new ArrayList<>(
                        asked.isArray()
                                ? list(asked, pair.asked, where)
                                : List.of(new Message.User(text(row, pair.asked, where))));
                @Nullable JsonNode answered = row.get(pair.answered);
                messages.addAll(
                        answered != null && answered.isArray()
                                ? list(answered, pair.answered, where)
                                : List.of(new Message.Assistant(text(row, pair.answered, where))));
                return messages;
            }
        }
        throw new CorpusException(
                where + ": none of 'messages', 'conversations', 'instruction', 'prompt' and 'question'"
                        + " to learn from; it has " + row.propertyNames());
    }

    private static List<Message> instruction(JsonNode row, String where) {
        List<Message> messages = new ArrayList<>();
        if (row.get("system") != null && !text(row, "system", where).isBlank()) {
            messages.add(new Message.System(text(row, "system", where)));
        }
        String more = row.get("input") == null ? "" : text(row, "input", where);
        messages.add(new Message.User(text(row, "instruction", where) + (more.isBlank() ? "" : "\n\n" + more)));
        messages.add(new Message.Assistant(text(row, row.get("response") != null ? "response" : "output", where)));
        return messages;
    }

    private static List<Message> list(JsonNode list, String name, String where) {
        if (!list.isArray() || list.isEmpty()) {
            throw new CorpusException(where + ": '" + name + "' is no list of messages, or an empty one");
        }
        return MessageList.read(list, where);
    }

    private static String text(JsonNode node, String field, String where) {
        @Nullable JsonNode value = node.get(field);
        if (value == null || !value.isString()) {
            throw new CorpusException(where + ": no '" + field + "' as text");
        }
        return value.stringValue();
    }
}
