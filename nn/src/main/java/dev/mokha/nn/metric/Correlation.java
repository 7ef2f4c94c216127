package dev.mokha.nn.metric;

import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/// How far predicted numbers follow the actual ones: the correlations of STS-B, and the errors.
///
/// A correlation is NaN where one side is constant, as in SciPy: a model that always answers the same
/// follows nothing.
public final class Correlation implements Report {
    private final double[] actual;
    private final double[] predicted;

    /// @param actual the true values
    /// @param predicted one for each
    public Correlation(double[] actual, double[] predicted) {
        if (actual.length != predicted.length) {
            throw new IllegalArgumentException(
                    actual.length + " values and " + predicted.length + " predictions; each value needs one");
        }
        this.actual = actual.clone();
        this.predicted = predicted.clone();
    }

    /// Pearson's r: the cosine of the two lists about their means.
    public double pearson() {
        return cosine(centred(actual), centred(predicted));
    }

    /// Spearman's ρ: Pearson's r of the ranks, where equal values share the mean of their ranks.
    public double spearman() {
        return cosine(centred(ranks(actual)), centred(ranks(predicted)));
    }

    public double meanSquaredError() {
        return differences().map(d -> d * d).average().orElse(Double.NaN);
    }

    public double meanAbsoluteError() {
        return differences().map(Math::abs).average().orElse(Double.NaN);
    }

    private DoubleStream differences() {
        return IntStream.range(0, actual.length).mapToDouble(i -> predicted[i] - actual[i]);
    }

    /// {@return `pearson`, `spearmanr`, `mse` and `mae`}
    @Override
    public Map<String, Double> figures() {
        var figures = new LinkedHashMap<String, Double>();
        figures.put("pearson", pearson());
        figures.put("spearmanr", spearman());
        figures.put("mse", meanSquaredError());
        figures.put("mae", meanAbsoluteError());
        return figures;
    }

    /// The values less their mean, scaled so that no square overflows or vanishes.
    private static double[] centred(double[] values) {
        double mean = Arrays.stream(values).average().orElse(Double.NaN);
        double[] centred = Arrays.stream(values).map(v -> v - mean).toArray();
        double largest = Arrays.stream(centred).map(Math::abs).max().orElse(0);
        double magnitude = Arrays.stream(values).map(Math::abs).max().orElse(0);
        if (largest <= 1e-13 * magnitude) {
            return new double[values.length]; // what is left is rounding of the mean
        }
        return Arrays.stream(centred).map(v -> v / largest).toArray();
    }

    private static double cosine(double[] a, double[] b) {
        double ab = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.length; i++) {
            ab += a[i] * b[i];
            aa += a[i] * a[i];
            bb += b[i] * b[i];
        }
        return Math.clamp(ab / Math.sqrt(aa * bb), -1, 1);
    }

    /// {@return the rank of each value from 1, ties sharing the mean of theirs}
    static double[] ranks(double[] values) {
        double[] ranks = new double[values.length];
        if (Arrays.stream(values).anyMatch(Double::isNaN)) {
            Arrays.fill(ranks, Double.NaN);
            return ranks;
        }
        int[] order = IntStream.range(0, values.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> values[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        for (int start = 0; start < order.length; ) {
            int end = start;
            while (end < order.length && values[order[end]] == values[order[start]]) {
                end++;
            }
            for (int i = start; i < end; i++) {
                ranks[order[i]] = (start + 1 + end) / 2.0;
            }
            start = end;
        }
        return ranks;
    }
}
