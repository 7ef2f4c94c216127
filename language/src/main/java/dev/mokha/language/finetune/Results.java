package dev.mokha.language.finetune;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What the runs of a grid found.
///
/// @param task its name
/// @param metrics the figures that count; the first decides
/// @param points a point of the grid each, in its order
public record Results(String task, List<String> metrics, List<Point> points) {
    public Results {
        metrics = List.copyOf(metrics);
        points = List.copyOf(points);
    }

    /// One run.
    ///
    /// @param figures measured on the held-out sets at its end; none when it diverged
    /// @param details a matrix or a table of types
    public record Trial(FineTune recipe, Map<String, Double> figures, Map<String, Object> details, double seconds) {
        /// {@return a figure; below every other when there is none}
        public double score(String metric) {
            double value = figures.getOrDefault(metric, Double.NaN);
            return Double.isNaN(value) ? Double.NEGATIVE_INFINITY : value;
        }
    }

    /// The runs of one recipe with several seeds.
    public record Point(List<Trial> trials) {
        public Point {
            trials = List.copyOf(trials);
        }

        /// {@return the median over seeds; of an even number of them the mean of the middle two}
        public double median(String metric) {
            double[] sorted = trials.stream()
                    .mapToDouble(trial -> trial.score(metric))
                    .sorted()
                    .toArray();
            int middle = sorted.length / 2;
            return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        }
    }

    /// {@return the point with the best median}
    public Point best() {
        return points.stream()
                .max(Comparator.comparingDouble(point -> point.median(metrics.getFirst())))
                .orElseThrow();
    }

    /// {@return the best run of all: the one whose weights are in the folder `model`}
    public Trial bestTrial() {
        return points.stream()
                .flatMap(point -> point.trials().stream())
                .max(Comparator.comparingDouble(trial -> trial.score(metrics.getFirst())))
                .orElseThrow();
    }

    /// {@return a table: a row a run, then the median of each point that has several; the first row is the
    /// head}
    public List<List<String>> table() {
        List<List<String>> rows = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of("run"));
        head.addAll(metrics);
        head.add("seconds");
        rows.add(head);
        for (Point point : points) {
            for (Trial trial : point.trials()) {
                rows.add(row(
                        trial.recipe().name(),
                        metrics.stream().map(trial::score).toList(),
                        trial.seconds()));
            }
            if (point.trials().size() > 1) {
                String name = point.trials().getFirst().recipe().name().replaceFirst("-s-?\\d+$", "");
                double seconds =
                        point.trials().stream().mapToDouble(Trial::seconds).sum();
                rows.add(row(
                        name + ", median of " + point.trials().size(),
                        metrics.stream().map(point::median).toList(),
                        seconds));
            }
        }
        return rows;
    }

    private static List<String> row(String name, List<Double> figures, double seconds) {
        List<String> row = new ArrayList<>(List.of(name));
        figures.forEach(value -> row.add(Double.isFinite(value) ? "%.4f".formatted(value) : "–"));
        row.add("%.0f".formatted(seconds));
        return row;
    }

    /// {@return everything, as JSON holds it}
    public Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("task", task);
        json.put("metrics", metrics);
        json.put("best_run", bestTrial().recipe().name());
        json.put("median", medians(best()));
        List<Map<String, Object>> trials = new ArrayList<>();
        for (Point point : points) {
            for (Trial trial : point.trials()) {
                Map<String, Object> one = new LinkedHashMap<>();
                one.put("run", trial.recipe().name());
                one.put("figures", trial.figures());
                one.put("seconds", trial.seconds());
                trials.add(one);
            }
        }
        json.put("runs", trials);
        return json;
    }

    private Map<String, Double> medians(Point point) {
        Map<String, Double> medians = new LinkedHashMap<>();
        for (String metric : metrics) {
            double median = point.median(metric);
            if (Double.isFinite(median)) {
                medians.put(metric, median);
            }
        }
        return medians;
    }
}
