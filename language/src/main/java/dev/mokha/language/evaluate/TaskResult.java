package dev.mokha.language.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a model reached on a task.
///
/// @param task its name
/// @param shots how many examples were shown
/// @param samples every question
/// @param figures over all of them
/// @param subjects the same for each subject; empty without
/// @param seconds how long it took
public record TaskResult(
        String task,
        int shots,
        List<Sample> samples,
        List<Figure> figures,
        Map<String, List<Figure>> subjects,
        double seconds) {
    public TaskResult {
        samples = List.copyOf(samples);
        figures = List.copyOf(figures);
    }

    /// A figure with what chance may have added to it.
    ///
    /// @param name such as `acc`, or `exact_match,strict-match` behind a filter
    /// @param higherIsBetter whether more is better
    /// @param value the figure
    /// @param standardError of a mean, the deviation of its questions over the root of their number; else
    ///     the deviation over the drawn samples
    /// @param low the 2.5 % point of 1,000 samples of the questions, drawn with putting back (Efron 1979)
    /// @param high the 97.5 % point
    /// @param questions how many
    public record Figure(
            String name,
            boolean higherIsBetter,
            double value,
            double standardError,
            double low,
            double high,
            int questions) {}

    /// {@return the result of these samples}
    static TaskResult of(EvaluationTask task, List<Sample> samples, int seed, double seconds) {
        Map<String, List<Sample>> bySubject = new TreeMap<>();
        for (Sample sample : samples) {
            if (sample.subject() != null) {
                bySubject
                        .computeIfAbsent(sample.subject(), _ -> new ArrayList<>())
                        .add(sample);
            }
        }
        Map<String, List<Figure>> subjects = new TreeMap<>();
        bySubject.forEach((subject, some) -> subjects.put(subject, figures(task, some, seed)));
        return new TaskResult(task.name(), task.shots(), samples, figures(task, samples, seed), subjects, seconds);
    }

    private static List<Figure> figures(EvaluationTask task, List<Sample> samples, int seed) {
        List<Figure> figures = new ArrayList<>();
        for (EvaluationTask.Measure measure : task.metrics()) {
            for (String name : names(task, measure.metric())) {
                List<Sample.Value> values = samples.stream()
                        .map(sample -> sample.values().get(name))
                        .toList();
                figures.add(Bootstrap.figure(name, measure.metric(), values, seed));
            }
        }
        return figures;
    }

    /// {@return what a metric's figures are called: one for each filter of a written answer}
    static List<String> names(EvaluationTask task, Metric metric) {
        return task.output() == EvaluationTask.Output.GENERATION
                ? task.filters().stream().map(filter -> name(metric, filter)).toList()
                : List.of(metric.key());
    }

    /// {@return what a metric's figure behind a filter is called}
    static String name(Metric metric, AnswerFilter filter) {
        return filter.name().equals("none") ? metric.key() : metric.key() + "," + filter.name();
    }
}
