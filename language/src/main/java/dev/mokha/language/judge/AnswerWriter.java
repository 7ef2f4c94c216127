package dev.mokha.language.judge;

import dev.mokha.language.evaluate.Evaluation;
import dev.mokha.language.generate.Answer;
import dev.mokha.language.generate.LanguageModel;
import dev.mokha.language.generate.Sampling;
import dev.mokha.text.chat.Message;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Has a model answer questions, turn by turn, and writes the answers as FastChat does: a line a question, as
/// it comes, so that a run that was killed goes on behind its last whole question.
public final class AnswerWriter {
    /// How an answer ended that might have gone on.
    static final Set<String> CUT_SHORT = Set.of(Answer.End.LENGTH.name(), Answer.End.CONTEXT.name());

    private AnswerWriter() {}

    /// Answers what the file has no answer to yet.
    ///
    /// @param file JSON lines, made where it is not there
    /// @param name what the model is called in it
    /// @return all answers
    public static Answers write(
            Path file,
            String name,
            LanguageModel model,
            Sampling sampling,
            List<Question> questions,
            Evaluation.Progress progress) {
        Set<String> done = new HashSet<>();
        try (var lines = LineFile.open(file, line -> {
            @Nullable String id = Question.id(line);
            if (id != null) {
                done.add(id);
            }
        })) {
            List<Question> open = questions.stream()
                    .filter(question -> !done.contains(question.id()))
                    .toList();
            var speaker = new Speaker(model, sampling);
            progress.begins("answers of " + name, open.size());
            for (Question question : open) {
                lines.add(answered(speaker, name, question));
                progress.done(1);
            }
            model.reset();
        }
        return Answers.read(file, questions).called(name);
    }

    private static ObjectNode answered(Speaker speaker, String name, Question question) {
        speaker.reset();
        var line = JsonNodeFactory.instance.objectNode();
        JudgeFiles.putId(line, question.id());
        line.put("model_id", name);
        var choice = line.putArray("choices").addObject().put("index", 0);
        var turns = choice.putArray("turns");
        var ends = line.putArray("ends");
        List<Message> messages = new ArrayList<>();
        for (String turn : question.turns()) {
            messages.add(new Message.User(turn));
            @Nullable Answer answer = speaker.answer(messages);
            String text = answer == null ? "" : answer.text().strip();
            if (answer != null && answer.end() == Answer.End.INTERRUPTED) {
                throw new JudgeException("interrupted; the same command goes on where this ended");
            }
            turns.add(text);
            ends.add((answer == null ? Answer.End.CONTEXT : answer.end()).name());
            messages.add(new Message.Assistant(text));
        }
        return line;
    }
}
