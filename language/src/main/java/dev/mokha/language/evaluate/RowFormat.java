package dev.mokha.language.evaluate;

import dev.mokha.language.evaluate.EvaluationTask.Format;
import dev.mokha.text.chat.jinja.Environment;
import dev.mokha.text.chat.jinja.Limits;
import dev.mokha.text.chat.jinja.Template;
import dev.mokha.text.chat.jinja.TemplateException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Makes text of a task's rows, as lm-evaluation-harness does: what names a column is that column, all else
/// is a template.
final class RowFormat {
    private static final Clock NO_TIME = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

    private final String task;
    private final Format format;
    private final Map<String, Template> templates = new HashMap<>();

    RowFormat(String task, Format format) {
        this.task = task;
        this.format = format;
    }

    /// {@return the question}
    /// @throws EvaluationException when the row lacks what the template names
    String text(TaskRow row) {
        return string(value(format.text(), row));
    }

    /// {@return the number of the right context, of a task whose choices are whole contexts; else −1}
    int context(TaskRow row) {
        @Nullable Object value = value(format.text(), row);
        return format.hasChoices() && isNumber(value) ? index(value) : -1;
    }

    /// {@return the choices, in order}
    List<String> choices(TaskRow row) {
        if (format.fixedChoices() != null) {
            return format.fixedChoices();
        }
        @Nullable Object value = value(Objects.requireNonNull(format.choices()), row);
        if (value instanceof String text) {
            value = literal(text, "doc_to_choice");
        }
        if (!(value instanceof List<?> list) || list.isEmpty()) {
            throw new EvaluationException("task " + task + ": doc_to_choice gives no list, but " + value);
        }
        return list.stream().map(RowFormat::string).toList();
    }

    /// {@return the answer: a choice's number as a Long, a text, or a list of texts or numbers}
    Object target(TaskRow row) {
        @Nullable Object value = value(format.target(), row);
        boolean column = row.has(format.target());
        if (value instanceof Long || value instanceof List<?>) {
            return value;
        }
        String text = string(value);
        if (column) {
            return text;
        }
        if (format.hasChoices() && isNumber(text)) {
            return (long) index(text);
        }
        if (text.length() >= 2 && text.startsWith("[") && text.endsWith("]")) {
            try {
                return Objects.requireNonNull(PythonLiteral.read(text));
            } catch (IllegalArgumentException _) {
                return text; // an answer in brackets
            }
        }
        return text;
    }

    /// {@return the answer as an example shows it}
    String shownTarget(TaskRow row) {
        Object target = target(row);
        if (target instanceof List<?> several) {
            target = several.isEmpty() ? "" : Objects.requireNonNull(several.getFirst());
        }
        if (target instanceof Long at && format.hasChoices()) {
            List<String> choices = choices(row);
            int index = Math.toIntExact(at);
            if (index < 0 || index >= choices.size()) {
                throw new EvaluationException(
                        "task " + task + ": doc_to_target gives choice " + at + " of " + choices.size() + " in " + row);
            }
            return choices.get(index);
        }
        return string(target);
    }

    /// {@return the text before everything}
    String description(TaskRow row) {
        return format.description().isEmpty() ? "" : string(value(format.description(), row));
    }

    /// {@return what the answer begins with; empty for nothing}
    String prefix(TaskRow row) {
        return format.prefix() == null ? "" : string(value(format.prefix(), row));
    }

    /// {@return what the question is about}
    String subject(EvaluationTask.Subjects subjects, TaskRow row) {
        return string(value(subjects.spec(), row));
    }

    private Object literal(String text, String key) {
        try {
            return Objects.requireNonNullElse(PythonLiteral.read(text), "");
        } catch (IllegalArgumentException e) {
            throw new EvaluationException("task " + task + ": " + key + ": " + e.getMessage(), e);
        }
    }

    private @Nullable Object value(String spec, TaskRow row) {
        if (row.has(spec)) {
            return row.get(spec);
        }
        try {
            return templates
                    .computeIfAbsent(spec, text -> Template.parse(text, Environment.TASK))
                    .render(row.variables(), NO_TIME, Limits.DEFAULT)
                    .text();
        } catch (TemplateException e) {
            throw new EvaluationException(
                    "task " + task + ": the template \"" + shortened(spec) + "\": " + e.getMessage() + "; the row has "
                            + row.cells().keySet(),
                    e);
        }
    }

    private static String shortened(String text) {
        String line = text.replace("\n", "\\n");
        return line.length() <= 80 ? line : line.substring(0, 77) + "…";
    }

    private static boolean isNumber(@Nullable Object value) {
        return value instanceof Long
                || (value instanceof String text
                        && !text.isEmpty()
                        && text.length() < 10
                        && text.chars().allMatch(c -> c >= '0' && c <= '9'));
    }

    private static int index(@Nullable Object value) {
        return value instanceof Long number ? Math.toIntExact(number) : Integer.parseInt(String.valueOf(value));
    }

    private static String string(@Nullable Object value) {
        return value == null ? "None" : String.valueOf(value);
    }
}
