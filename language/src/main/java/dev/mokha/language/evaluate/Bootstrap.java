package dev.mokha.language.evaluate;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/// Draws samples of the questions with putting back, [Efron 1979](https://doi.org/10.1214/aos/1176344552):
/// what a figure might have been with other questions of the same kind.
public final class Bootstrap {
    private static final int DRAWS = 1000;

    private Bootstrap() {}

    /// The middle 95 % of a figure over the draws.
    ///
    /// @param low its 2.5 % point
    /// @param high its 97.5 % point
    /// @param deviation the standard deviation over the draws
    public record Spread(double low, double high, double deviation) {}

    /// {@return the spread of a figure over samples of so many questions}
    /// @param figure of a sample: the places of the questions drawn; the array is used again
    public static Spread spread(int questions, int seed, ToDoubleFunction<int[]> figure) {
        double[] drawn = new double[DRAWS];
        int[] places = new int[questions];
        var random = new SplittableRandom(seed);
        for (int draw = 0; draw < DRAWS; draw++) {
            Arrays.setAll(places, _ -> random.nextInt(questions));
            drawn[draw] = figure.applyAsDouble(places);
        }
        Arrays.sort(drawn);
        return new Spread(drawn[(int) (0.025 * DRAWS)], drawn[(int) (0.975 * DRAWS) - 1], deviation(drawn));
    }

    static TaskResult.Figure figure(String name, Metric metric, List<Sample.Value> values, int seed) {
        double[] sums = new double[values.size()];
        double[] weights = new double[values.size()];
        for (int i = 0; i < sums.length; i++) {
            sums[i] = values.get(i).value();
            weights[i] = values.get(i).weight();
        }
        double value = metric.summary()
                .of(Arrays.stream(sums).sum(), Arrays.stream(weights).sum());
        Spread spread =
                spread(sums.length, seed, places -> metric.summary().of(sum(sums, places), sum(weights, places)));
        double error =
                metric.summary() == Metric.Summary.MEAN ? deviation(sums) / Math.sqrt(sums.length) : spread.deviation();
        return new TaskResult.Figure(
                name, metric.higherIsBetter(), value, error, spread.low(), spread.high(), sums.length);
    }

    /// {@return the sum of the values at these places}
    public static double sum(double[] values, int[] places) {
        double sum = 0;
        for (int place : places) {
            sum += values[place];
        }
        return sum;
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
