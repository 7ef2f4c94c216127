package dev.mokha.language.evaluate;

import dev.mokha.language.evaluate.EvaluationTask.Sampler;
import dev.mokha.text.chat.ChatTemplate;
import dev.mokha.text.chat.Conversation;
import dev.mokha.text.chat.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Puts a task's questions into words: description, solved examples, question; as one text, or as a chat.
final class Prompts {
    private final EvaluationTask task;
    private final RowFormat format;
    private final List<TaskRow> shown;
    private final boolean excludesAsked;
    private final PythonRandom random;
    private final @Nullable Chat chat;
    private final Map<String, List<TaskRow>> bySubject = new HashMap<>();
    private final IdentityHashMap<TaskRow, List<Part>> solved =
            new IdentityHashMap<>(); // the same few before every question

    /// How a question becomes a chat.
    ///
    /// @param template the model's own
    /// @param system what stands before the description; empty for nothing
    /// @param turns whether each example is a turn of its own, or all are in the user's one message
    record Chat(ChatTemplate template, String system, boolean turns) {}

    /// @param shown the rows that examples are drawn from
    /// @param excludesAsked whether the questions are among them
    Prompts(EvaluationTask task, List<TaskRow> shown, boolean excludesAsked, int seed, @Nullable Chat chat) {
        this.task = task;
        this.format = new RowFormat(task.name(), task.format());
        this.shown = shown;
        this.excludesAsked = excludesAsked;
        this.random = new PythonRandom(seed);
        this.chat = chat;
    }

    /// {@return how rows become text}
    RowFormat format() {
        return format;
    }

    /// One part of a prompt: who says it, and what parts it from the next.
    private record Part(boolean model, String text, String delimiter) {}

    /// {@return what stands before the answer: one text, or one for each choice where the choices are contexts}
    List<String> contexts(TaskRow row) {
        List<Part> before = new ArrayList<>();
        for (TaskRow example : examples(row)) {
            before.addAll(solved.computeIfAbsent(example, this::solved));
        }
        String description = format.description(row);
        int right = format.context(row);
        if (right < 0) {
            return List.of(joined(description, before, format.text(row), format.prefix(row)));
        }
        return format.choices(row).stream()
                .map(choice -> joined(description, before, choice, format.prefix(row)))
                .toList();
    }

    private List<TaskRow> examples(TaskRow row) {
        int count = task.shots();
        if (count == 0) {
            return List.of();
        }
        var subjects = task.subjects();
        if (subjects != null && subjects.shotsWithin()) {
            return ofSubject(subjects, row, count);
        }
        List<TaskRow> others = excludesAsked && task.sampler() == Sampler.FIRST_N ? without(row, shown) : shown;
        if (others.size() < count + (excludesAsked && task.sampler() == Sampler.DEFAULT ? 1 : 0)) {
            throw new EvaluationException("task " + task.name() + " is to show " + count + " examples, but there are "
                    + others.size() + " to draw from; give fewer with --shots");
        }
        if (task.sampler() == Sampler.FIRST_N) {
            return others.subList(0, count);
        }
        if (!excludesAsked) {
            return random.sample(shown, count);
        }
        List<TaskRow> drawn = without(row, random.sample(shown, count + 1));
        return drawn.size() >= count ? drawn.subList(0, count) : random.sample(without(row, shown), count);
    }

    /// The first examples of the question's own subject.
    private List<TaskRow> ofSubject(EvaluationTask.Subjects subjects, TaskRow row, int count) {
        if (bySubject.isEmpty()) {
            shown.forEach(example -> bySubject
                    .computeIfAbsent(format.subject(subjects, example), _ -> new ArrayList<>())
                    .add(example));
        }
        var all = bySubject.getOrDefault(format.subject(subjects, row), List.of());
        var others = excludesAsked ? without(row, all) : all;
        return others.subList(0, Math.min(count, others.size()));
    }

    private static List<TaskRow> without(TaskRow row, List<TaskRow> rows) {
        return rows.stream().filter(other -> !other.equals(row)).toList();
    }

    private List<Part> solved(TaskRow example) {
        String prefix = format.prefix(example);
        int right = format.context(example);
        String question =
                right < 0 ? format.text(example) : format.choices(example).get(right);
        String answer = delimited(prefix, right < 0 ? format.shownTarget(example) : shownText(example));
        String between = prefix.isEmpty() || needsDelimiter(question, prefix)
                ? task.format().targetDelimiter()
                : "";
        return List.of(
                new Part(false, question, between),
                new Part(true, answer, task.format().shotDelimiter()));
    }

    /// Where choices are contexts the target is a text of its own.
    private String shownText(TaskRow example) {
        return String.valueOf(format.target(example));
    }

    private String joined(String description, List<Part> before, String question, String prefix) {
        if (chat != null) {
            return chatted(chat, description, before, question, prefix);
        }
        var text = new StringBuilder(description);
        before.forEach(part -> text.append(part.text()).append(part.delimiter()));
        text.append(question);
        if (!prefix.isEmpty()) {
            text.append(needsDelimiter(question, prefix) ? task.format().targetDelimiter() : "")
                    .append(prefix);
        }
        return text.toString();
    }

    private String chatted(Chat chat, String description, List<Part> before, String question, String prefix) {
        List<Message> messages = new ArrayList<>();
        String system = delimited(chat.system(), description, task.format().shotDelimiter());
        if (!system.isEmpty()) {
            messages.add(new Message.System(system));
        }
        if (chat.turns()) {
            before.forEach(part ->
                    messages.add(part.model() ? new Message.Assistant(part.text()) : new Message.User(part.text())));
            messages.add(new Message.User(question));
        } else {
            var all = new StringBuilder();
            before.forEach(part -> all.append(part.text()).append(part.delimiter()));
            messages.add(new Message.User(all + question));
        }
        return chat.template().render(Conversation.of(messages).toBeAnswered()).text() + prefix;
    }

    /// {@return what stands between the context and a choice}
    String delimiter() {
        return chat == null ? task.format().targetDelimiter() : "";
    }

    private static String delimited(String before, String after) {
        return delimited(before, after, " ");
    }

    private static String delimited(String before, String after, String delimiter) {
        if (before.isEmpty() || after.isEmpty()) {
            return before + after;
        }
        return needsDelimiter(before, after) ? before + delimiter + after : before + after;
    }

    private static boolean needsDelimiter(String before, String after) {
        return !before.isEmpty()
                && !Character.isWhitespace(before.codePointBefore(before.length()))
                && !Character.isWhitespace(after.codePointAt(0));
    }
}
