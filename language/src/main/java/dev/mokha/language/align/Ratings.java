package dev.mokha.language.align;

import static dev.mokha.language.align.PreferenceJson.answer;
import static dev.mokha.language.align.PreferenceJson.field;

import dev.mokha.language.corpus.CorpusException;
import dev.mokha.language.corpus.JsonRecord;
import dev.mokha.language.recipe.Read;
import dev.mokha.text.chat.Conversation;
import dev.mokha.text.chat.Message;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads answers that were rated one by one: JSON lines or one JSON array, gzipped or not, in the forms
///
/// - `prompt`, `completion`, `label`: texts, or lists of `{"role", "content"}`;
/// - `messages`, `label`: a whole conversation, which ends with the answer;
/// - a pair in a form of [Preferences]: one good and one bad answer.
///
/// `label` is true of a good answer and false of a bad one.
public final class Ratings {
    private static final String FORMS =
            "a rated answer has 'prompt' and 'completion', or 'messages', and 'label', true or false";

    private Ratings() {}

    /// Reads a file.
    ///
    /// @return for each row its answer, or both of a pair
    /// @throws CorpusException naming file and line or row of what is no rated answer, and for a file of which
    ///     nothing can be used
    public static Read<List<RatedAnswer>> read(Path file) {
        List<List<RatedAnswer>> rows = new ArrayList<>();
        List<String> skipped = new ArrayList<>();
        for (JsonRecord row : JsonRecord.read(file)) {
            boolean isPair = row.value().has("chosen") || row.value().has("rejected");
            List<RatedAnswer> answers = isPair ? both(row, skipped) : one(row, skipped);
            if (!answers.isEmpty()) {
                rows.add(answers);
            }
        }
        if (rows.isEmpty()) {
            throw new CorpusException(file + " holds no answer to learn from"
                    + (skipped.isEmpty() ? "; it is empty" : ": " + skipped.getFirst()));
        }
        return new Read<>(rows, skipped);
    }

    private static List<RatedAnswer> both(JsonRecord row, List<String> skipped) {
        @Nullable PreferencePair pair = Preferences.pair(row, skipped);
        return pair == null
                ? List.of()
                : List.of(new RatedAnswer(pair.chosen(), true), new RatedAnswer(pair.rejected(), false));
    }

    private static List<RatedAnswer> one(JsonRecord row, List<String> skipped) {
        String where = row.where();
        List<Message> messages = conversation(row.value(), where);
        JsonNode label = field(row.value(), "label", FORMS, where);
        if (!label.isBoolean()) {
            throw new CorpusException(
                    where + ": 'label' is " + label + "; it is true of a good answer and false of a bad one");
        }
        if (messages.size() < 2 || !(messages.getLast() instanceof Message.Assistant answer)) {
            throw new CorpusException(where + ": 'messages' must end with an answer of the assistant to something");
        }
        if (answer.content().isBlank()) {
            skipped.add(where + ": the answer is empty");
            return List.of();
        }
        return List.of(new RatedAnswer(Conversation.of(messages), label.booleanValue()));
    }

    private static List<Message> conversation(JsonNode row, String where) {
        @Nullable JsonNode whole = row.get("messages");
        if (whole != null) {
            if (!whole.isArray()) {
                throw new CorpusException(where + ": 'messages' is no list");
            }
            return PreferenceJson.messages(whole, where);
        }
        List<Message> messages = new ArrayList<>(PreferenceJson.prompt(field(row, "prompt", FORMS, where), where));
        messages.add(new Message.Assistant(answer(field(row, "completion", FORMS, where), "completion", where)));
        return messages;
    }
}
