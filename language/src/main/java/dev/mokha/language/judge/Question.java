package dev.mokha.language.judge;

import dev.mokha.language.corpus.JsonRecord;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A question of one or several turns: what the person says, time after time.
///
/// @param id by which answers are found
/// @param category such as `writing`; empty for none
/// @param turns at least one
/// @param references right answers, by turn; may be fewer than the turns, or none
public record Question(String id, String category, List<String> turns, List<String> references) {
    private static final List<String> IDS = List.of("question_id", "id");

    public Question {
        turns = List.copyOf(turns);
        references = List.copyOf(references);
        if (turns.isEmpty()) {
            throw new IllegalArgumentException("question " + id + " has no turn");
        }
    }

    /// {@return the right answer to a turn, from 0; null where none is known}
    @Nullable
    String reference(int turn) {
        return turn < references.size() && !references.get(turn).isEmpty() ? references.get(turn) : null;
    }

    /// Reads questions: JSON lines or one array, gzipped or not, of `turns` (as in MT-bench) or `prompt` or
    /// `instruction` (as in AlpacaEval), with `question_id` or `id`, `category` and `reference` where there are
    /// any. An `input` goes behind the instruction, as in Alpaca's data. Rows without an id are numbered
    /// from 1.
    ///
    /// @throws JudgeException naming the file and row of what is no question
    public static List<Question> read(Path file) {
        List<Question> questions = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (JsonRecord row : JsonRecord.read(file)) {
            Question question = of(row, questions.size() + 1);
            if (!ids.add(question.id())) {
                throw new JudgeException(row.where() + ": the question " + question.id() + " is there twice");
            }
            questions.add(question);
        }
        if (questions.isEmpty()) {
            throw new JudgeException(file + " holds no question");
        }
        return questions;
    }

    private static Question of(JsonRecord row, int number) {
        @Nullable String id = id(row.value());
        List<String> turns = texts(row, row.value().get("turns"));
        if (turns.isEmpty()) {
            @Nullable String prompt = prompt(row);
            turns = prompt == null ? List.of() : List.of(prompt);
        }
        if (turns.isEmpty()) {
            throw new JudgeException(row.where() + ": no question; it has "
                    + (row.value().isObject() ? row.value().propertyNames() : "no fields")
                    + ", and needs turns (a list of texts) or prompt");
        }
        return new Question(
                id == null ? String.valueOf(number) : id,
                row.value().path("category").asString(""),
                turns,
                texts(row, row.value().get("reference")));
    }

    /// {@return the id of a question or of an answer to it; null where it has none}
    static @Nullable String id(JsonNode row) {
        for (String key : IDS) {
            @Nullable JsonNode id = row.get(key);
            if (id != null && (id.isString() || id.isIntegralNumber())) {
                return id.asString();
            }
        }
        return null;
    }

    /// {@return the one text that a question is; null where there is none}
    static @Nullable String prompt(JsonRecord row) {
        for (String key : List.of("prompt", "instruction", "question")) {
            List<String> text = texts(row, row.value().get(key));
            if (!text.isEmpty()) {
                String input = row.value().path("input").asString("");
                return String.join("\n", text) + (input.isBlank() ? "" : "\n\n" + input);
            }
        }
        return null;
    }

    /// {@return a list of texts, or one text as a list; empty where there is nothing}
    static List<String> texts(JsonRecord row, @Nullable JsonNode value) {
        if (value == null || value.isNull()) {
            return List.of();
        }
        if (value.isString()) {
            return List.of(value.stringValue());
        }
        List<String> texts = new ArrayList<>();
        if (value.isArray()) {
            for (JsonNode text : value) {
                if (!text.isString()) {
                    throw new JudgeException(row.where() + ": " + text + " is no text");
                }
                texts.add(text.stringValue());
            }
            return texts;
        }
        throw new JudgeException(row.where() + ": " + value + " is neither a text nor a list of texts");
    }
}
