package dev.mokha.language.align;

import static dev.mokha.language.align.PreferenceJson.answer;
import static dev.mokha.language.align.PreferenceJson.field;
import static dev.mokha.language.align.PreferenceJson.messages;
import static dev.mokha.language.align.PreferenceJson.text;

import dev.mokha.language.corpus.CorpusException;
import dev.mokha.language.corpus.JsonRecord;
import dev.mokha.language.recipe.Read;
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
///
/// A `margin`, how much better the chosen answer is, may stand beside them.
public final class Preferences {
    private static final Pattern TURN = Pattern.compile("\\n\\n(Human|Assistant):");

    private static final String FORMS =
            "a pair has 'chosen' and 'rejected', and 'prompt' or 'instruction', or whole conversations; a row with"
                    + " 'label' is a rated answer, which KTO learns from";

    private Preferences() {}

    /// Reads a file.
    ///
    /// @throws CorpusException naming file and line or row of what is no pair, and for a file of which
    ///     nothing can be used
    public static Read<PreferencePair> read(Path file) {
        List<PreferencePair> pairs = new ArrayList<>();
        List<String> skipped = new ArrayList<>();
        for (JsonRecord row : JsonRecord.read(file)) {
            @Nullable PreferencePair pair = pair(row, skipped);
            if (pair != null) {
                pairs.add(pair);
            }
        }
        if (pairs.isEmpty()) {
            throw new CorpusException(file + " holds no pair to learn from"
                    + (skipped.isEmpty() ? "; it is empty" : ": " + skipped.getFirst()));
        }
        return new Read<>(pairs, skipped);
    }

    /// Reads one row; null, and a line in `skipped`, of a pair that teaches nothing.
    static @Nullable PreferencePair pair(JsonRecord row, List<String> skipped) {
        String where = row.where();
        Answers answers = answers(row.value(), where);
        if (answers.chosen().isBlank() || answers.rejected().isBlank()) {
            skipped.add(where + ": an answer is empty");
        } else if (answers.chosen().equals(answers.rejected())) {
            skipped.add(where + ": both answers are the same");
        } else if (!answers.before().equals(answers.beforeRejected())) {
            skipped.add(where + ": chosen and rejected are not one conversation up to their last answers");
        } else {
            return new PreferencePair(
                    answers.conversation(answers.chosen()),
                    answers.conversation(answers.rejected()),
                    margin(row.value(), where));
        }
        return null;
    }

    private static double margin(JsonNode row, String where) {
        @Nullable JsonNode margin = row.get("margin");
        if (margin == null) {
            return 0;
        }
        if (!margin.isNumber()) {
            throw new CorpusException(
                    where + ": 'margin' is " + margin + "; it is a number, how much better the chosen answer is");
        }
        return margin.asDouble();
    }

    private record Answers(List<Message> before, List<Message> beforeRejected, String chosen, String rejected) {
        Conversation conversation(String answer) {
            List<Message> all = new ArrayList<>(before);
            all.add(new Message.Assistant(answer));
            return Conversation.of(all);
        }
    }

    private static Answers answers(JsonNode row, String where) {
        JsonNode chosen = field(row, "chosen", FORMS, where);
        JsonNode rejected = field(row, "rejected", FORMS, where);
        @Nullable JsonNode prompt = row.get("prompt");
        @Nullable JsonNode instruction = row.get("instruction");
        if (prompt != null) {
            List<Message> before = PreferenceJson.prompt(prompt, where);
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
}
