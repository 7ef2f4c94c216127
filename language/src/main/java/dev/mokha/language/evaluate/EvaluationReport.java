package dev.mokha.language.evaluate;

import dev.mokha.language.evaluate.TaskResult.Figure;
import dev.mokha.language.report.Html;
import dev.mokha.language.report.Plot;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A page with what a model reached: a table, and bars for every subject.
public final class EvaluationReport {
    private static final int MOST_BARS = 30;

    private EvaluationReport() {}

    /// Writes the page.
    ///
    /// @param model what it is called
    public static void write(Path file, String model, List<TaskResult> results) {
        var page = new Html("Evaluation of " + model);
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("task", "figure", "value", "95 % interval", "questions", "examples shown"));
        for (TaskResult result : results) {
            for (Figure figure : result.figures()) {
                rows.add(List.of(
                        result.task(),
                        figure.name() + (figure.higherIsBetter() ? "" : " (less is better)"),
                        number(figure.value()),
                        number(figure.low()) + " to " + number(figure.high()),
                        String.valueOf(figure.questions()),
                        String.valueOf(result.shots())));
            }
        }
        page.table(rows);
        results.stream().filter(result -> !result.subjects().isEmpty()).forEach(result -> subjects(page, result));
        page.write(file);
    }

    private static void subjects(Html page, TaskResult result) {
        String figure = result.figures().getFirst().name();
        page.heading(result.task() + ": " + figure + " by subject");
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("subject", figure, "95 % interval", "questions"));
        List<String> names = new ArrayList<>();
        List<Double> values = new ArrayList<>();
        result.subjects().forEach((subject, figures) -> {
            Figure first = figures.getFirst();
            names.add(subject);
            values.add(first.value());
            rows.add(List.of(
                    subject,
                    number(first.value()),
                    number(first.low()) + " to " + number(first.high()),
                    String.valueOf(first.questions())));
        });
        for (int from = 0; from < names.size(); from += MOST_BARS) {
            int to = Math.min(names.size(), from + MOST_BARS);
            page.svg(Plot.bars(figure, names.subList(from, to), Map.of(figure, values.subList(from, to))));
        }
        page.table(rows);
    }

    static String number(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }
}
