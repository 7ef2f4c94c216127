package dev.mokha.language.question;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// How a model reads questions: what it was trained with, kept beside it in `question_answering.json`. Other
/// libraries don't need the file.
///
/// @param windows how contexts are cut
/// @param decode how answers are found
public record AnswerSettings(Windows.Config windows, Decode decode) {
    /// The file in a model folder.
    public static final String FILE = "question_answering.json";

    /// The official sizes; every question has an answer.
    public static AnswerSettings squad1() {
        return new AnswerSettings(Windows.Config.squad(), Decode.squad1());
    }

    public AnswerSettings withDecode(Decode value) {
        return new AnswerSettings(windows, value);
    }

    public AnswerSettings withWindows(Windows.Config value) {
        return new AnswerSettings(value, decode);
    }

    /// {@return the settings of a model folder, [#squad1] where it has none}
    /// @throws IllegalArgumentException when its file is malformed
    public static AnswerSettings of(Path folder) {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            return squad1();
        }
        try {
            JsonNode json = JsonMapper.shared().readTree(Files.readString(file));
            return new AnswerSettings(
                    new Windows.Config(
                            integer(json, "max_length"), integer(json, "max_question_length"), integer(json, "stride")),
                    new Decode(
                            integer(json, "n_best"),
                            integer(json, "max_answer_length"),
                            json.required("unanswerable").booleanValue(),
                            json.required("null_threshold").doubleValue()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
        } catch (JacksonException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    file + " is malformed: " + e.getMessage() + "; correct it, or delete it for the official sizes", e);
        }
    }

    private static int integer(JsonNode json, String key) {
        return json.required(key).intValue();
    }

    /// Writes the settings beside a model.
    public void write(Path folder) {
        var json = JsonMapper.shared().createObjectNode();
        json.put("max_length", windows.maxLength())
                .put("max_question_length", windows.maxQuestion())
                .put("stride", windows.stride())
                .put("n_best", decode.nBest())
                .put("max_answer_length", decode.maxAnswer())
                .put("unanswerable", decode.unanswerable())
                .put("null_threshold", decode.threshold());
        try {
            Files.writeString(folder.resolve(FILE), json.toPrettyString() + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + folder.resolve(FILE), e);
        }
    }
}
