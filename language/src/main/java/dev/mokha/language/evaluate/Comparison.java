package dev.mokha.language.evaluate;

import dev.mokha.language.evaluate.TaskResult.Figure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Two models on the same questions. A pair of answers to one question says more than two averages: what both
/// get right or wrong takes no part in the doubt.
///
/// @param task what both were asked
/// @param figure such as `acc`
/// @param higherIsBetter whether more is better
/// @param a the first model's figure
/// @param b the second's
/// @param low the 2.5 % point of b − a over 1,000 samples of the questions, drawn with putting back
/// @param high the 97.5 % point
/// @param onlyA of marks: questions that only the first got right
/// @param onlyB of marks: those that only the second did
/// @param p of marks: how likely so uneven a split would be if the two were equal,
///     [McNemar 1947](https://doi.org/10.1007/BF02295996), exact; NaN of other figures
/// @param questions how many both were asked
public record Comparison(
        String task,
        String figure,
        boolean higherIsBetter,
        double a,
        double b,
        double low,
        double high,
        int onlyA,
        int onlyB,
        double p,
        int questions) {
    /// {@return whether the interval of the difference leaves 0 out}
    public boolean differs() {
        return low > 0 || high < 0;
    }

    /// Compares two results of a task, figure by figure, over the questions both were asked.
    ///
    /// @throws EvaluationException when they share none
    public static List<Comparison> of(TaskResult a, TaskResult b) {
        Map<Integer, Sample> second = new HashMap<>();
        b.samples().forEach(sample -> second.put(sample.row(), sample));
        List<Sample[]> pairs = new ArrayList<>();
        for (Sample sample : a.samples()) {
            @Nullable Sample other = second.get(sample.row());
            if (other != null) {
                if (!other.target().equals(sample.target())) {
                    throw new EvaluationException("question " + sample.row() + " of " + a.task() + " has the answer '"
                            + sample.target() + "' in one result and '" + other.target()
                            + "' in the other; they are of different data");
                }
                pairs.add(new Sample[] {sample, other});
            }
        }
        if (pairs.isEmpty()) {
            throw new EvaluationException("the two results of " + a.task() + " share no question");
        }
        List<Comparison> compared = new ArrayList<>();
        for (Figure figure : a.figures()) {
            if (b.figures().stream().anyMatch(other -> other.name().equals(figure.name()))) {
                compared.add(of(a.task(), figure, pairs));
            }
        }
        return compared;
    }

    private static Comparison of(String task, Figure figure, List<Sample[]> pairs) {
        String name = figure.name();
        int comma = name.indexOf(',');
        Metric metric = Metric.of(comma < 0 ? name : name.substring(0, comma));
        int n = pairs.size();
        double[][] values = new double[2][n];
        double[][] weights = new double[2][n];
        for (int i = 0; i < n; i++) {
            for (int side = 0; side < 2; side++) {
                Sample.@Nullable Value value = pairs.get(i)[side].values().get(name);
                if (value == null) {
                    throw new EvaluationException("a question of " + task + " lacks the figure " + name);
                }
                values[side][i] = value.value();
                weights[side][i] = value.weight();
            }
        }
        double a = metric.summary().of(sum(values[0]), sum(weights[0]));
        double b = metric.summary().of(sum(values[1]), sum(weights[1]));
        var spread = Bootstrap.spread(
                n,
                0,
                places ->
                        figure(metric, values[1], weights[1], places) - figure(metric, values[0], weights[0], places));
        int onlyA = 0;
        int onlyB = 0;
        boolean marks = metric.summary() == Metric.Summary.MEAN;
        for (int i = 0; i < n; i++) {
            marks &= isMark(values[0][i]) && isMark(values[1][i]);
            onlyA += values[0][i] > values[1][i] ? 1 : 0;
            onlyB += values[0][i] < values[1][i] ? 1 : 0;
        }
        double p = marks ? SignTest.p(onlyA, onlyB) : Double.NaN;
        return new Comparison(
                task,
                name,
                figure.higherIsBetter(),
                a,
                b,
                spread.low(),
                spread.high(),
                marks ? onlyA : 0,
                marks ? onlyB : 0,
                p,
                n);
    }

    private static double figure(Metric metric, double[] values, double[] weights, int[] places) {
        return metric.summary().of(Bootstrap.sum(values, places), Bootstrap.sum(weights, places));
    }

    private static boolean isMark(double value) {
        return value == 0 || value == 1;
    }

    private static double sum(double[] values) {
        return Arrays.stream(values).sum();
    }
}
