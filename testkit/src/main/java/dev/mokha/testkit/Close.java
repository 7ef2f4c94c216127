package dev.mokha.testkit;

import java.util.Arrays;

/// Compares arrays of numbers and, where they differ, says by how much at most and where.
public final class Close {
    private Close() {}

    /// Fails unless every number lies within the tolerance of its expected one.
    ///
    /// @param what the name of what is compared, for the message
    public static void assertClose(String what, double[] actual, double[] expected, Tolerance tolerance) {
        if (actual.length != expected.length) {
            throw new AssertionError(what + ": has " + actual.length + " numbers, expected " + expected.length);
        }
        int wrong = 0;
        int first = -1;
        var absolute = new Largest();
        var relative = new Largest();
        for (int i = 0; i < actual.length; i++) {
            if (!tolerance.allows(actual[i], expected[i])) {
                wrong++;
                first = first < 0 ? i : first;
            }
            double difference = Double.compare(actual[i], expected[i]) == 0 ? 0 : Math.abs(actual[i] - expected[i]);
            absolute.offer(difference, i);
            relative.offer(difference == 0 ? 0 : difference / Math.abs(expected[i]), i);
        }
        if (wrong > 0) {
            throw new AssertionError("%s: %d of %d numbers differ by more than %s (absolute %.3g, relative %.3g)%n"
                            .formatted(
                                    what,
                                    wrong,
                                    actual.length,
                                    tolerance.reason(),
                                    tolerance.absolute(),
                                    tolerance.relative())
                    + "first:            " + at(actual, expected, first)
                    + "max abs %.6g: %s".formatted(absolute.value, at(actual, expected, absolute.where))
                    + "max rel %.6g: %s".formatted(relative.value, at(actual, expected, relative.where)));
        }
    }

    /// As for float64; the floats are widened.
    public static void assertClose(String what, float[] actual, float[] expected, Tolerance tolerance) {
        assertClose(what, widened(actual), widened(expected), tolerance);
    }

    /// As for float64, where the expectation was computed so; the floats are widened.
    public static void assertClose(String what, float[] actual, double[] expected, Tolerance tolerance) {
        assertClose(what, widened(actual), expected, tolerance);
    }

    /// {@return the largest absolute difference, for reports; NaN when a number is NaN on one side only}
    public static double largestDifference(double[] actual, double[] expected) {
        if (actual.length != expected.length) {
            throw new IllegalArgumentException(actual.length + " numbers against " + expected.length);
        }
        var largest = new Largest();
        for (int i = 0; i < actual.length; i++) {
            largest.offer(Double.compare(actual[i], expected[i]) == 0 ? 0 : Math.abs(actual[i] - expected[i]), i);
        }
        return largest.value;
    }

    private static double[] widened(float[] values) {
        double[] wide = new double[values.length];
        Arrays.setAll(wide, i -> values[i]);
        return wide;
    }

    private static String at(double[] actual, double[] expected, int where) {
        return "at %d, %s, expected %s%n".formatted(where, actual[where], expected[where]);
    }

    /// A running maximum that NaN, once seen, wins.
    private static final class Largest {
        private double value;
        private int where;

        void offer(double candidate, int at) {
            if (!Double.isNaN(value) && !(candidate <= value)) {
                value = candidate;
                where = at;
            }
        }
    }
}
