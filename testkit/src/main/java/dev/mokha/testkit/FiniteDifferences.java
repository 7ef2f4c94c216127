package dev.mokha.testkit;

import java.util.function.ToDoubleFunction;

/// Derivatives without calculus, to check gradients against.
public final class FiniteDifferences {
    private static final double STEP = 1e-5;

    private FiniteDifferences() {}

    /// {@return for each coordinate `(f(x + h e) − f(x − h e)) / 2h`, with h = 1e-5}
    public static double[] gradient(ToDoubleFunction<double[]> f, double[] x) {
        double[] gradient = new double[x.length];
        double[] at = x.clone();
        for (int i = 0; i < x.length; i++) {
            at[i] = x[i] + STEP;
            double above = f.applyAsDouble(at);
            at[i] = x[i] - STEP;
            double below = f.applyAsDouble(at);
            at[i] = x[i];
            gradient[i] = (above - below) / (2 * STEP);
        }
        return gradient;
    }
}
