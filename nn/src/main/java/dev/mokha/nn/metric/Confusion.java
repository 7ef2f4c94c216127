package dev.mokha.nn.metric;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/// How often each class was taken for each other, and all that follows from it: accuracy, precision,
/// recall, F1 and Matthews' correlation. Values and conventions are those of scikit-learn: where a share
/// has nothing to count, it is 0.
///
/// With right `c`, taken `t` and present `p` of a class: precision `c/t`, recall `c/p`, F1 `2c/(t+p)`.
public final class Confusion implements Report {
    private final long[][] counts; // [class that is][class predicted]

    /// How the classes' F1 become one figure.
    public enum Average {
        /// The F1 of class 1, of two.
        BINARY,
        /// The mean over the classes that occur or were predicted.
        MACRO,
        /// Of all decisions together; with one class for each example this is the accuracy.
        MICRO,
        /// The mean weighted by how often each class is present.
        WEIGHTED
    }

    /// @param classes how many there are, at least 2
    public Confusion(int classes) {
        if (classes < 2) {
            throw new IllegalArgumentException("a confusion matrix needs at least 2 classes, not " + classes);
        }
        this.counts = new long[classes][classes];
    }

    /// {@return the matrix of two lists of equal length}
    public static Confusion of(int classes, int[] actual, int[] predicted) {
        if (actual.length != predicted.length) {
            throw new IllegalArgumentException(
                    actual.length + " labels and " + predicted.length + " predictions; each label needs one");
        }
        var confusion = new Confusion(classes);
        for (int i = 0; i < actual.length; i++) {
            confusion.add(actual[i], predicted[i]);
        }
        return confusion;
    }

    /// Takes an example in.
    public void add(int actual, int predicted) {
        counts[check(actual)][check(predicted)]++;
    }

    private int check(int label) {
        if (label < 0 || label >= counts.length) {
            throw new IllegalArgumentException("class " + label + " is none of 0 to " + (counts.length - 1));
        }
        return label;
    }

    public int classes() {
        return counts.length;
    }

    /// {@return how many examples of class `actual` were taken for `predicted`}
    public long count(int actual, int predicted) {
        return counts[check(actual)][check(predicted)];
    }

    /// {@return the number of examples}
    public long total() {
        return IntStream.range(0, counts.length).mapToLong(this::present).sum();
    }

    /// {@return how many examples are of a class}
    public long present(int label) {
        return Arrays.stream(counts[check(label)]).sum();
    }

    /// {@return how many examples were taken for a class}
    public long predicted(int label) {
        int column = check(label);
        return Arrays.stream(counts).mapToLong(row -> row[column]).sum();
    }

    private long right() {
        return IntStream.range(0, counts.length).mapToLong(c -> counts[c][c]).sum();
    }

    /// {@return the share of examples whose class is right; NaN without examples}
    public double accuracy() {
        return (double) right() / total();
    }

    /// {@return how much of what was taken for a class is of it}
    public double precision(int label) {
        return share(counts[check(label)][label], predicted(label));
    }

    /// {@return how much of a class was found}
    public double recall(int label) {
        return share(counts[check(label)][label], present(label));
    }

    /// {@return the harmonic mean of precision and recall of a class}
    public double f1(int label) {
        return share(2 * counts[check(label)][label], predicted(label) + present(label));
    }

    /// {@return the precision of all classes together}
    public double precision(Average average) {
        return average(average, this::precision);
    }

    /// {@return the recall of all classes together}
    public double recall(Average average) {
        return average(average, this::recall);
    }

    /// {@return the F1 of all classes together}
    public double f1(Average average) {
        return average(average, this::f1);
    }

    private double average(Average average, IntToDoubleFunction figure) {
        return switch (average) {
            case BINARY -> {
                if (counts.length != 2) {
                    throw new IllegalArgumentException("binary figures are of 2 classes, not " + counts.length
                            + "; choose macro, micro or weighted");
                }
                yield figure.applyAsDouble(1);
            }
            case MACRO ->
                IntStream.range(0, counts.length)
                        .filter(c -> present(c) + predicted(c) > 0)
                        .mapToDouble(figure)
                        .average()
                        .orElse(0);
            case MICRO -> accuracy();
            case WEIGHTED ->
                IntStream.range(0, counts.length)
                                .mapToDouble(c -> present(c) * figure.applyAsDouble(c))
                                .sum()
                        / total();
        };
    }

    private static double share(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }

    /// Matthews' correlation, for any number of classes Gorodkin's
    /// [R_K](https://doi.org/10.1016/j.compbiolchem.2004.09.006):
    ///
    /// ```
    /// (c s − Σ t p) / √((s² − Σ t²) (s² − Σ p²))
    /// ```
    ///
    /// with `c` right of `s` examples, and over the classes `t` predicted and `p` present.
    ///
    /// @return from −1 to 1; 0 where only one class occurs or was predicted
    public double matthews() {
        double samples = total();
        double mixed = 0;
        double squaredPredicted = 0;
        double squaredPresent = 0;
        for (int c = 0; c < counts.length; c++) {
            double taken = predicted(c);
            double present = present(c);
            mixed += taken * present;
            squaredPredicted += taken * taken;
            squaredPresent += present * present;
        }
        double spread = (samples * samples - squaredPredicted) * (samples * samples - squaredPresent);
        return spread == 0 ? 0 : (right() * samples - mixed) / Math.sqrt(spread);
    }

    /// {@return `accuracy`, `f1` (binary for two classes, else macro), `matthews_correlation`, and
    /// `f1_macro` and `f1_weighted`}
    @Override
    public Map<String, Double> figures() {
        var figures = new LinkedHashMap<String, Double>();
        figures.put("accuracy", accuracy());
        figures.put("f1", f1(counts.length == 2 ? Average.BINARY : Average.MACRO));
        figures.put("matthews_correlation", matthews());
        figures.put("f1_macro", f1(Average.MACRO));
        figures.put("f1_weighted", f1(Average.WEIGHTED));
        return figures;
    }
}
