package dev.mokha.language.judge;

import dev.mokha.text.chat.jinja.Environment;
import dev.mokha.text.chat.jinja.Limits;
import dev.mokha.text.chat.jinja.Template;
import dev.mokha.text.chat.jinja.TemplateException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What a judge is told: a Jinja template over the turns of a question up to the one that is judged.
///
/// It sees `turns`, each with `question`, `reference` (or none) and `answer`, or `answer_a` and `answer_b`
/// for a pair; the same names for the last turn alone; `turn`, its number from 1; and `category`.
///
/// @param text the template
/// @param name of its file, for errors
public record JudgePrompt(String text, String name) {
    private static final Clock NO_TIME = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

    /// The languages of the templates that come along.
    public enum Language {
        EN,
        AR
    }

    /// {@return our own template}
    /// @param pairs whether two answers are compared, or one is rated
    public static JudgePrompt builtIn(boolean pairs, Language language) {
        String name = (pairs ? "pair." : "single.") + language.name().toLowerCase(Locale.ROOT) + ".jinja";
        try (InputStream in = Objects.requireNonNull(JudgePrompt.class.getResourceAsStream(name), name)) {
            return new JudgePrompt(new String(in.readAllBytes(), StandardCharsets.UTF_8), name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Reads a template of one's own.
    public static JudgePrompt read(Path file) {
        try {
            return new JudgePrompt(Files.readString(file), file.toString());
        } catch (NoSuchFileException e) {
            throw new JudgeException("there is no template " + file, e);
        } catch (IOException e) {
            throw new JudgeException("cannot read the template " + file + ": " + e.getMessage(), e);
        }
    }

    /// {@return the prompt about one answer}
    String about(Question question, int turn, List<String> answers) {
        return render(question, turn, Map.of("answer", answers));
    }

    /// {@return the prompt about two answers}
    String about(Question question, int turn, List<String> first, List<String> second) {
        return render(question, turn, Map.of("answer_a", first, "answer_b", second));
    }

    private String render(Question question, int turn, Map<String, List<String>> answers) {
        List<Map<String, @Nullable Object>> turns = new ArrayList<>();
        for (int i = 0; i <= turn; i++) {
            Map<String, @Nullable Object> one = new LinkedHashMap<>();
            one.put("question", question.turns().get(i));
            one.put("reference", question.reference(i));
            for (Map.Entry<String, List<String>> answer : answers.entrySet()) {
                one.put(answer.getKey(), answer.getValue().get(i));
            }
            turns.add(one);
        }
        Map<String, @Nullable Object> variables = new LinkedHashMap<>(turns.getLast());
        variables.put("turns", turns);
        variables.put("turn", turn + 1);
        variables.put("category", question.category());
        try {
            return Template.parse(text, Environment.TASK)
                    .render(variables, NO_TIME, Limits.DEFAULT)
                    .text();
        } catch (TemplateException e) {
            throw new JudgeException(
                    "the template " + name + ", question " + question.id() + ": " + e.getMessage() + "; it can use "
                            + variables.keySet(),
                    e);
        }
    }
}
