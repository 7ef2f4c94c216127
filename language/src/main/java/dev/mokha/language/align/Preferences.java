package dev.mokha.language.align;

import dev.mokha.language.corpus.CorpusException;
import dev.mokha.language.corpus.JsonRecord;
import dev.mokha.text.chat.Conversation;
import dev.mokha.text.chat.Message;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads preference pairs: JSON lines or one JSON array, gzipped or not, in the forms that are about:
///
/// - `prompt`, `chosen`, `rejected`: texts, or lists of `{"role", "content"}`; without `prompt`, both lists
///   are whole conversations that share all but the last message;
/// - `instruction`, `input` (which may be empty), `chosen`, `rejected`;
/// - `chosen`, `rejected`: dialogues with `\n\nHuman:` and `\n\nAssistant:` before each turn, as hh-rlhf.
public final class Preferences {
    private static final Pattern TURN = Pattern.compile("\\n\\n(Human|Assistant):");

    /// What was read.
    ///
    /// @param skipped why rows were left out, a line each: answers that are the same or empty, conversations
    ///     that differ before their last answers
    public record Read(List<PreferencePair> pairs, List<String> skipped) {
        public Read {
            pairs = List.copyOf(pairs);
            skipped = List.copyOf(skipped);
        }
    }

    private Preferences() {}

    /// Reads a file.
    ///
    /// @throws CorpusException naming file and line or row of what is no pair, and for a file of which
    ///     nothing can be used
    public static Read read(Path file) {
        List<PreferencePair> pairs = new ArrayList<>();
        List<String> skipped = new ArrayList<>();
        for (JsonRecord row : JsonRecord.read(file)) {
            String where = row.where();
            Answers answers = answers(row.value(), where);
            if (answers.chosen().isBlank() || answers.rejected().isBlank()) {
                skipped.add(where + ": an answer is empty");
            } else if (answers.chosen().equals(answers.rejected())) {
                skipped.add(where + ": both answers are the same");
            } else if (!answers.before().equals(answers.beforeRejected())) {
                skipped.add(where + ": chosen and rejected are not one conversation up to their last answers");
            } else {
                pairs.add(new PreferencePair(
                        answers.conversation(answers.chosen()), answers.conversation(answers.rejected())));
            }
        }
        if (pairs.isEmpty()) {
            throw new CorpusException(file + " holds no pair to learn from"
                    + (skipped.isEmpty() ? "; it is empty" : ": " + skipped.getFirst()));
        }
        return new Read(pairs, skipped);
    }

    private record Answers(List<Message> before, List<Message> beforeRejected, String chosen, String rejected) {
        Conversation conversation(String answer) {
            List<Message> all = new ArrayList<>(before);
            all.add(new Message.Assistant(answer));
            return Conversation.of(all);
        }
    }

    private static Answers answers(JsonNode row, String where) {
        JsonNode chosen = field(row, "chosen", where);
        JsonNode rejected = field(row, "rejected", where);
        @Nullable JsonNode prompt = row.get("prompt");
        @Nullable JsonNode instruction = row.get("instruction");
        if (prompt != null) {
            List<Message> before = prompt.isArray()
                    ? messages(prompt, where)
                    : List.of(new Message.User(text(prompt, "prompt", where)));
            return new Answers(before, before, answer(chosen, "chosen", where), answer(rejected, "rejected", where));
        }
        if (instruction != null) {
            @Nullable JsonNode input = row.get("input");
            String more = input == null ? "" : text(input, "input", where);
            String asked = text(instruction, "instruction", where) + (more.isBlank() ? "" : "\n\n" + more);
            List<Message> before = List.of(new Message.User(asked));
            return new Answers(before, before, text(chosen, "chosen", where), text(rejected, "rejected", where));
        }
        return shared(conversation(chosen, "chosen", where), conversation(rejected, "rejected", where), where);
    }

    /// Two whole conversations: what they share, and their last answers.
    private static Answers shared(List<Message> better, List<Message> worse, String where) {
        if (!(better.getLast() instanceof Message.Assistant) || !(worse.getLast() instanceof Message.Assistant)) {
            throw new CorpusException(where + ": chosen and rejected must each end with an answer of the assistant");
        }
        return new Answers(
                better.subList(0, better.size() - 1),
                worse.subList(0, worse.size() - 1),
                better.getLast().content().strip(),
                worse.getLast().content().strip());
    }

    private static List<Message> conversation(JsonNode node, String name, String where) {
        if (node.isArray()) {
            return messages(node, where);
        }
        String dialogue = text(node, name, where);
        Matcher turns = TURN.matcher(dialogue);
        List<Message> messages = new ArrayList<>();
        int begin = -1;
        boolean human = false;
        while (turns.find()) {
            if (begin >= 0) {
                messages.add(turn(human, dialogue.substring(begin, turns.start())));
            }
            begin = turns.end();
            human = turns.group(1).equals("Human");
        }
        if (begin < 0) {
            throw new CorpusException(where + ": '" + name + "' is a text without a prompt; give the prompt a field of"
                    + " its own, or write turns as \\n\\nHuman: and \\n\\nAssistant:");
        }
        messages.add(turn(human, dialogue.substring(begin)));
        return messages;
    }

    private static Message turn(boolean human, String text) {
        return human ? new Message.User(text.strip()) : new Message.Assistant(text.strip());
    }

    /// The answer in a field beside a prompt: a text, or a list of one message.
    private static String answer(JsonNode node, String name, String where) {
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

    private static List<Message> messages(JsonNode array, String where) {
        List<Message> messages = new ArrayList<>();
        for (JsonNode message : array) {
            String content = text(field(message, "content", where), "content", where);
            String role = text(field(message, "role", where), "role", where);
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
        if (messages.isEmpty()) {
            throw new CorpusException(where + ": an empty list of messages");
        }
        return messages;
    }

    private static JsonNode field(JsonNode row, String name, String where) {
        @Nullable JsonNode value = row.get(name);
        if (value == null) {
            throw new CorpusException(where + ": no field '" + name + "'; a pair has 'chosen' and 'rejected', and"
                    + " 'prompt' or 'instruction', or whole conversations");
        }
        return value;
    }

    private static String text(JsonNode node, String name, String where) {
        if (!node.isString()) {
            throw new CorpusException(where + ": '" + name + "' is no text");
        }
        return node.stringValue();
    }
}
