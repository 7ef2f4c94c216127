package dev.mokha.language.evaluate;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// Draws samples of the questions with putting back, [Efron 1979](https://doi.org/10.1214/aos/1176344552):
/// what a figure might have been with other questions of the same kind.
final class Bootstrap {
    private static final int DRAWS = 1000;

    private Bootstrap() {}

    static TaskResult.Figure figure(String name, Metric metric, List<Sample.Value> values, int seed) {
        double[] sums = new double[values.size()];
        double[] weights = new double[values.size()];
        for (int i = 0; i < sums.length; i++) {
            sums[i] = values.get(i).value();
            weights[i] = values.get(i).weight();
        }
        double value = metric.summary()
                .of(Arrays.stream(sums).sum(), Arrays.stream(weights).sum());
        double[] drawn = new double[DRAWS];
        var random = new SplittableRandom(seed);
        for (int draw = 0; draw < DRAWS; draw++) {
            double sum = 0;
            double weight = 0;
            for (int i = 0; i < sums.length; i++) {
                int at = random.nextInt(sums.length);
                sum += sums[at];
                weight += weights[at];
            }
            drawn[draw] = metric.summary().of(sum, weight);
        }
        Arrays.sort(drawn);
        double error =
                metric.summary() == Metric.Summary.MEAN ? deviation(sums) / Math.sqrt(sums.length) : deviation(drawn);
        return new TaskResult.Figure(
                name,
                metric.higherIsBetter(),
                value,
                error,
                drawn[(int) (0.025 * DRAWS)],
                drawn[(int) (0.975 * DRAWS) - 1],
                sums.length);
    }

    /// {@return the deviation of a sample, with n − 1 below; 0 of one value}
    static double deviation(double[] values) {
        if (values.length < 2) {
            return 0;
        }
        double mean = Arrays.stream(values).average().orElseThrow();
        double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
        return Math.sqrt(squares / (values.length - 1));
    }
}
