package dev.mokha.language.evaluate;

import dev.mokha.language.generate.LanguageModel;
import dev.mokha.language.generate.Sampling;
import dev.mokha.text.chat.ChatTemplate;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Runs tasks on a model. Prompts, tokens and figures are those of lm-evaluation-harness 0.4 for the same
/// task file; what differs is how the work is done ([LikelihoodScorer]).
///
/// ```java
/// try (var model = LanguageModel.load(folder, Loading.forUse(Device.CPU).as(DType.FLOAT32))) {
///     var evaluation = new Evaluation(model, Evaluation.Settings.standard().withFolders(List.of(data)));
///     TaskResult result = evaluation.run(BuiltInTasks.named("acva"), Evaluation.Progress.silent());
/// }
/// ```
public final class Evaluation {
    /// Answers that are written at once.
    private static final int TOGETHER = 16;

    private final LanguageModel model;
    private final Settings settings;
    private final TokenPairs tokens;

    /// How tasks are run.
    ///
    /// @param folders where the files that tasks name are looked for
    /// @param limit at most so many questions of each task; 0 for all
    /// @param seed of the examples that are shown, and of the bootstrap
    /// @param chat whether questions are put through the model's chat template
    /// @param system what stands first in a chat; empty for nothing
    /// @param turns whether each example is a turn of its own in a chat
    public record Settings(List<Path> folders, int limit, int seed, boolean chat, String system, boolean turns) {
        public Settings {
            folders = List.copyOf(folders);
            if (limit < 0) {
                throw new IllegalArgumentException("the limit is 0 for all questions, or more, not " + limit);
            }
            if ((turns || !system.isEmpty()) && !chat) {
                throw new IllegalArgumentException("a system prompt and examples as turns are of a chat");
            }
        }

        /// All questions, as text, examples drawn as the harness does.
        public static Settings standard() {
            return new Settings(List.of(), 0, 1234, false, "", false);
        }

        public Settings withFolders(List<Path> folders) {
            return new Settings(folders, limit, seed, chat, system, turns);
        }

        public Settings withLimit(int limit) {
            return new Settings(folders, limit, seed, chat, system, turns);
        }
    }

    /// Hears how far a task is.
    public interface Progress {
        /// @param task its name
        /// @param requests how many likelihoods or answers it needs
        void begins(String task, int requests);

        /// So many more are done.
        void done(int more);

        /// {@return one that does nothing}
        static Progress silent() {
            return new Progress() {
                @Override
                public void begins(String task, int requests) {}

                @Override
                public void done(int more) {}
            };
        }
    }

    /// @throws EvaluationException when the settings ask for chats and the model has no chat template
    public Evaluation(LanguageModel model, Settings settings) {
        if (settings.chat() && model.chatTemplate() == null) {
            throw new EvaluationException(
                    "the model has no chat template; leave the chat off, or add one to its folder");
        }
        this.model = model;
        this.settings = settings;
        this.tokens = new TokenPairs(model);
    }

    /// Reads a task's files and puts its first question into words.
    ///
    /// @throws EvaluationException when the files cannot be read or do not fit the task's templates
    public void check(EvaluationTask task) {
        var asked = asked(task);
        prompts(task, asked).contexts(asked.getFirst());
    }

    /// Runs a task.
    ///
    /// @throws EvaluationException when its files cannot be read or do not fit its templates
    public TaskResult run(EvaluationTask task, Progress progress) {
        long start = System.nanoTime();
        var asked = asked(task);
        var prompts = prompts(task, asked);
        int count = settings.limit() == 0 ? asked.size() : Math.min(settings.limit(), asked.size());
        List<Question> questions = new ArrayList<>();
        for (int row = 0; row < count; row++) {
            questions.add(question(row, asked.get(row), task, prompts));
        }
        List<Sample> samples = switch (task.output()) {
            case MULTIPLE_CHOICE -> choices(task, prompts, questions, progress);
            case LIKELIHOOD -> likelihoods(task, prompts, questions, progress);
            case ROLLING -> rolling(task, prompts, questions, progress);
            case GENERATION -> generated(task, prompts, questions, progress);
        };
        return TaskResult.of(task, samples, settings.seed(), (System.nanoTime() - start) / 1e9);
    }

    private List<TaskRow> asked(EvaluationTask task) {
        return task.data().rows(task.splits().asked(), settings.folders(), task.name());
    }

    private Prompts prompts(EvaluationTask task, List<TaskRow> asked) {
        boolean same = task.splits().asked().equals(task.splits().shown()) && task.examples() == null;
        return new Prompts(task, shown(task, asked), same, settings.seed(), chat());
    }

    private List<TaskRow> shown(EvaluationTask task, List<TaskRow> asked) {
        if (task.examples() != null) {
            return task.examples();
        }
        String split = task.splits().shown();
        if (task.shots() == 0) {
            return List.of();
        }
        return split.equals(task.splits().asked()) ? asked : task.data().rows(split, settings.folders(), task.name());
    }

    private Prompts.@Nullable Chat chat() {
        @Nullable ChatTemplate template = model.chatTemplate();
        return settings.chat() && template != null
                ? new Prompts.Chat(template, settings.system(), settings.turns())
                : null;
    }

    /// A row put into words.
    ///
    /// @param contexts what stands before the answer: one text, or one for each choice
    /// @param choices empty where an answer is written
    private record Question(int number, TaskRow row, List<String> contexts, List<String> choices) {
        boolean choosesContext() {
            return contexts.size() > 1;
        }
    }

    private static Question question(int number, TaskRow row, EvaluationTask task, Prompts prompts) {
        boolean chosen = task.output() == EvaluationTask.Output.MULTIPLE_CHOICE;
        List<String> choices = chosen ? prompts.format().choices(row) : List.of();
        return new Question(number, row, prompts.contexts(row), choices);
    }

    // ---- likelihoods ----

    private List<Sample> choices(EvaluationTask task, Prompts prompts, List<Question> questions, Progress progress) {
        boolean mutual = task.metrics().stream().anyMatch(measure -> measure.metric() == Metric.ACC_MUTUAL_INFO);
        List<Continuation> asked = new ArrayList<>();
        for (Question question : questions) {
            List<String> choices = question.choices();
            String target =
                    question.choosesContext() ? String.valueOf(prompts.format().target(question.row())) : "";
            for (int i = 0; i < choices.size(); i++) {
                String context = question.contexts().get(question.choosesContext() ? i : 0);
                String answer = question.choosesContext() ? target : choices.get(i);
                asked.add(tokens.of(context, prompts.delimiter() + answer));
            }
            if (mutual) {
                choices.forEach(choice -> asked.add(tokens.of("", prompts.delimiter() + choice)));
            }
        }
        var scores = scored(task, asked, progress);
        List<Sample> samples = new ArrayList<>();
        int at = 0;
        for (Question question : questions) {
            List<String> choices = question.choices();
            int end = at + choices.size();
            var own = scores.subList(at, end);
            at = end;
            List<Continuation.Score> alone = List.of();
            if (mutual) {
                alone = scores.subList(at, at + choices.size());
                at += choices.size();
            }
            Object target = question.choosesContext()
                    ? (Object) (long) prompts.format().context(question.row())
                    : prompts.format().target(question.row());
            var marks = new ChoiceMarks(choices, own, alone, right(target, choices));
            Map<String, Sample.Value> values = new LinkedHashMap<>();
            for (EvaluationTask.Measure measure : task.metrics()) {
                values.put(measure.metric().key(), new Sample.Value(marks.of(measure.metric()), 1));
            }
            List<Object> logs =
                    own.stream().map(score -> (Object) score.logLikelihood()).toList();
            samples.add(new Sample(
                    question.number(), subject(task, prompts, question), String.valueOf(target), logs, values));
        }
        return samples;
    }

    /// {@return the numbers of the right choices; what is no choice is left out, as none of them is right then}
    private static List<Integer> right(Object target, List<String> choices) {
        List<Integer> right = new ArrayList<>();
        for (Object one : target instanceof List<?> several ? several : List.of(target)) {
            int index = one instanceof Long number ? Math.toIntExact(number) : choices.indexOf(String.valueOf(one));
            if (index >= 0 && index < choices.size()) {
                right.add(index);
            }
        }
        return right;
    }

    private List<Sample> likelihoods(
            EvaluationTask task, Prompts prompts, List<Question> questions, Progress progress) {
        List<String> targets = questions.stream()
                .map(question -> String.valueOf(prompts.format().target(question.row())))
                .toList();
        List<Continuation> asked = new ArrayList<>();
        for (int i = 0; i < targets.size(); i++) {
            asked.add(tokens.of(questions.get(i).contexts().getFirst(), targets.get(i)));
        }
        var scores = scored(task, asked, progress);
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < targets.size(); i++) {
            var score = scores.get(i);
            Map<String, Sample.Value> values = new LinkedHashMap<>();
            for (EvaluationTask.Measure measure : task.metrics()) {
                double value = measure.metric() == Metric.ACC ? (score.greedy() ? 1 : 0) : score.logLikelihood();
                values.put(measure.metric().key(), new Sample.Value(value, 1));
            }
            Question question = questions.get(i);
            samples.add(new Sample(
                    question.number(),
                    subject(task, prompts, question),
                    targets.get(i),
                    List.of(score.logLikelihood()),
                    values));
        }
        return samples;
    }

    private List<Sample> rolling(EvaluationTask task, Prompts prompts, List<Question> questions, Progress progress) {
        List<Continuation> windows = new ArrayList<>();
        List<Integer> owners = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        for (Question question : questions) {
            String text = String.valueOf(prompts.format().target(question.row()));
            texts.add(text);
            for (Continuation window : tokens.windows(text)) {
                windows.add(window);
                owners.add(texts.size() - 1);
            }
        }
        var scores = scored(task, windows, progress);
        double[] sums = new double[texts.size()];
        for (int i = 0; i < scores.size(); i++) {
            sums[owners.get(i)] += scores.get(i).logLikelihood();
        }
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < sums.length; i++) {
            Map<String, Sample.Value> values = new LinkedHashMap<>();
            for (EvaluationTask.Measure measure : task.metrics()) {
                double weight = measure.metric() == Metric.WORD_PERPLEXITY ? words(texts.get(i)) : utf8(texts.get(i));
                values.put(measure.metric().key(), new Sample.Value(sums[i], weight));
            }
            Question question = questions.get(i);
            samples.add(new Sample(question.number(), subject(task, prompts, question), "", List.of(sums[i]), values));
        }
        return samples;
    }

    /// As `re.split(r"\s+", text)`: space at an end has an empty word beyond it.
    private static int words(String text) {
        return text.split("\\s+", -1).length;
    }

    private static long utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private List<Continuation.Score> scored(EvaluationTask task, List<Continuation> asked, Progress progress) {
        progress.begins(task.name(), asked.size());
        return new LikelihoodScorer(model.decoder()).scores(asked, progress::done);
    }

    // ---- written answers ----

    private List<Sample> generated(EvaluationTask task, Prompts prompts, List<Question> questions, Progress progress) {
        progress.begins(task.name(), questions.size());
        int room = model.decoder().config().maxPositionEmbeddings();
        int length = Math.min(task.generation().maxTokens(), room - 1);
        Sampling sampling = Sampling.greedy(length)
                .withTemperature(task.generation().temperature())
                .withSeed(settings.seed())
                .withStop(task.generation().until().stream()
                        .filter(stop -> !stop.isEmpty())
                        .toList());
        int[][] ids = new int[questions.size()][];
        for (int i = 0; i < ids.length; i++) {
            int[] whole = tokens.prompt(questions.get(i).contexts().getFirst());
            int most = room - length;
            ids[i] = whole.length <= most ? whole : Arrays.copyOfRange(whole, whole.length - most, whole.length);
        }
        List<Integer> order = new ArrayList<>(); // neighbours begin alike, and what they share is read once
        for (int i = 0; i < ids.length; i++) {
            order.add(i);
        }
        order.sort((a, b) -> Arrays.compare(ids[a], ids[b]));
        @Nullable Sample[] samples = new Sample[ids.length];
        for (int from = 0; from < ids.length; from += TOGETHER) {
            List<Integer> some = order.subList(from, Math.min(ids.length, from + TOGETHER));
            var answers = model.generate(some.stream().map(i -> ids[i]).toList(), sampling);
            for (int i = 0; i < some.size(); i++) {
                int question = some.get(i);
                String text = answers.get(i).text();
                samples[question] = marked(task, prompts, questions.get(question), text);
            }
            progress.done(some.size());
        }
        return Arrays.stream(samples).map(Objects::requireNonNull).toList();
    }

    private Sample marked(EvaluationTask task, Prompts prompts, Question question, String text) {
        Object target = prompts.format().target(question.row());
        if (target instanceof Long && task.format().hasChoices()) {
            target = prompts.format().shownTarget(question.row());
        }
        List<String> right = target instanceof List<?> several
                ? several.stream().map(String::valueOf).toList()
                : List.of(String.valueOf(target));
        Map<String, Sample.Value> values = new LinkedHashMap<>();
        List<Object> answers = new ArrayList<>();
        answers.add(text);
        for (AnswerFilter filter : task.filters()) {
            String counted = filter.apply(text);
            answers.add(counted);
            for (EvaluationTask.Measure measure : task.metrics()) {
                values.put(
                        TaskResult.name(measure.metric(), filter),
                        new Sample.Value(AnswerMarks.of(measure, counted, right), 1));
            }
        }
        return new Sample(
                question.number(), subject(task, prompts, question), String.join(" | ", right), answers, values);
    }

    private static @Nullable String subject(EvaluationTask task, Prompts prompts, Question question) {
        return task.subjects() == null ? null : prompts.format().subject(task.subjects(), question.row());
    }
}
