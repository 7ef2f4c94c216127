package dev.mokha.language.judge;

import dev.mokha.language.corpus.JsonRecord;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A model's answers.
///
/// @param model what it is called
/// @param byQuestion for each question's id the answers to its turns
/// @param cutShort how many answers ended because they were as long as allowed, or the context was full
public record Answers(String model, Map<String, List<String>> byQuestion, int cutShort) {
    public Answers {
        byQuestion = Map.copyOf(byQuestion);
    }

    /// {@return the answers to a question, one a turn}
    List<String> to(Question question) {
        @Nullable List<String> turns = byQuestion.get(question.id());
        if (turns == null) {
            throw new JudgeException(model + " has no answer to question " + question.id());
        }
        return turns;
    }

    /// {@return the same answers of a model of another name}
    public Answers called(String name) {
        return new Answers(name, byQuestion, cutShort);
    }

    /// Reads answers to questions: JSON lines or one array, gzipped or not, of `choices` with `turns` (as
    /// FastChat writes them), `turns`, `output` or `answer` (as AlpacaEval's), found by `question_id`, `id`,
    /// or the text of the question in `instruction` or `prompt`. The model's name is `model_id` or
    /// `generator`, or else the file's.
    ///
    /// @throws JudgeException when a question has no answer, or one of other turns
    public static Answers read(Path file, List<Question> questions) {
        Map<String, String> idsByText = new HashMap<>();
        questions.forEach(question -> idsByText.putIfAbsent(question.turns().getFirst(), question.id()));
        Map<String, List<String>> answers = new LinkedHashMap<>();
        String model = nameOf(file);
        int cutShort = 0;
        for (JsonRecord row : JsonRecord.read(file)) {
            String id = id(row, idsByText);
            if (answers.put(id, turns(row)) != null) {
                throw new JudgeException(row.where() + ": a second answer to question " + id
                        + "; a file holds the answers of one model, one a question");
            }
            model = row.value()
                    .path("model_id")
                    .asString(row.value().path("generator").asString(model));
            for (JsonNode end : row.value().path("ends")) {
                cutShort += AnswerWriter.CUT_SHORT.contains(end.asString("")) ? 1 : 0;
            }
        }
        requireAll(file, questions, answers);
        return new Answers(model, answers, cutShort);
    }

    private static void requireAll(Path file, List<Question> questions, Map<String, List<String>> answers) {
        List<String> missing = new ArrayList<>();
        for (Question question : questions) {
            @Nullable List<String> turns = answers.get(question.id());
            if (turns == null) {
                missing.add(question.id());
            } else if (turns.size() != question.turns().size()) {
                throw new JudgeException(file + ": question " + question.id() + " has "
                        + question.turns().size() + " turns, and its answer " + turns.size());
            }
        }
        if (!missing.isEmpty()) {
            throw new JudgeException(file + " has no answer to " + missing.size() + " of " + questions.size()
                    + " questions: " + String.join(", ", missing.subList(0, Math.min(5, missing.size())))
                    + (missing.size() > 5 ? " and others" : ""));
        }
    }

    private static String id(JsonRecord row, Map<String, String> idsByText) {
        @Nullable String id = Question.id(row.value());
        if (id == null) {
            id = idsByText.get(Question.prompt(row));
        }
        if (id == null) {
            throw new JudgeException(row.where() + ": whose answer is this? It needs question_id, id, or the question's"
                    + " own text in instruction or prompt");
        }
        return id;
    }

    private static List<String> turns(JsonRecord row) {
        List<String> turns =
                Question.texts(row, row.value().path("choices").path(0).get("turns"));
        for (String key : List.of("turns", "answers", "output", "answer")) {
            if (turns.isEmpty()) {
                turns = Question.texts(row, row.value().get(key));
            }
        }
        if (turns.isEmpty()) {
            throw new JudgeException(
                    row.where() + ": no answer; it needs choices with turns, turns (a list of texts) or output");
        }
        return turns;
    }

    /// {@return the name of a model of this file or folder}
    static String nameOf(Path path) {
        String name = path.toAbsolutePath().normalize().getFileName().toString();
        return name.replaceFirst("\\.(jsonl|json|ndjson)(\\.gz)?$", "");
    }
}
