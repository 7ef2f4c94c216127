package dev.mokha.testkit;

import java.util.Arrays;

/// Definitions as plain loops over doubles: the slow, obvious form of what tensors compute, to test against.
/// Matrices are arrays of rows.
public final class Loops {
    private Loops() {}

    /// {@return `C = A B`: `c[i][j] = Σ_k a[i][k] b[k][j]`}
    public static double[][] matmul(double[][] a, double[][] b) {
        double[][] c = new double[a.length][b[0].length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < b[0].length; j++) {
                for (int k = 0; k < b.length; k++) {
                    c[i][j] += a[i][k] * b[k][j];
                }
            }
        }
        return c;
    }

    /// {@return `e^x / Σ e^x`}
    public static double[] softmax(double[] x) {
        double largest = Double.NEGATIVE_INFINITY;
        for (double value : x) {
            largest = Math.max(largest, value);
        }
        double sum = 0;
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = Math.exp(x[i] - largest);
            sum += y[i];
        }
        for (int i = 0; i < x.length; i++) {
            y[i] /= sum;
        }
        return y;
    }

    /// Attention of one head: `softmax(scale · Q Kᵀ) V`, row i over the keys 0 to `i + keys − queries`
    /// when causal.
    ///
    /// @param query `[time][headDim]`
    /// @param key `[keys][headDim]`
    /// @param value `[keys][headDim]`
    public static double[][] attention(
            double[][] query, double[][] key, double[][] value, double scale, boolean causal) {
        double[][] out = new double[query.length][value[0].length];
        for (int i = 0; i < query.length; i++) {
            double[] scores = new double[key.length];
            for (int j = 0; j < key.length; j++) {
                for (int d = 0; d < query[i].length; d++) {
                    scores[j] += scale * query[i][d] * key[j][d];
                }
                if (causal && j > i + key.length - query.length) {
                    scores[j] = Double.NEGATIVE_INFINITY;
                }
            }
            double[] weights = softmax(scores);
            for (int j = 0; j < key.length; j++) {
                for (int d = 0; d < value[j].length; d++) {
                    out[i][d] += weights[j] * value[j][d];
                }
            }
        }
        return out;
    }

    /// {@return `(x − mean) / √(var + eps) · weight + bias`, with the variance divided by n}
    public static double[] layerNorm(double[] x, double[] weight, double[] bias, double eps) {
        double mean = 0;
        for (double value : x) {
            mean += value / x.length;
        }
        double variance = 0;
        for (double value : x) {
            variance += (value - mean) * (value - mean) / x.length;
        }
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = (x[i] - mean) / Math.sqrt(variance + eps) * weight[i] + bias[i];
        }
        return y;
    }

    /// {@return `x / √(mean(x²) + eps) · weight`}
    public static double[] rmsNorm(double[] x, double[] weight, double eps) {
        double meanSquare = 0;
        for (double value : x) {
            meanSquare += value * value / x.length;
        }
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = x[i] / Math.sqrt(meanSquare + eps) * weight[i];
        }
        return y;
    }

    /// The mean negative log-likelihood; a target of -100 leaves its row out.
    ///
    /// @param logits `[rows][classes]`
    /// @param targets `[rows]`
    /// @param smoothing the share of the target's probability spread evenly over all classes
    public static double crossEntropy(double[][] logits, long[] targets, double smoothing) {
        double sum = 0;
        int counted = 0;
        for (int row = 0; row < logits.length; row++) {
            if (targets[row] == -100) {
                continue;
            }
            double[] probs = softmax(logits[row]);
            counted++;
            sum -= (1 - smoothing) * Math.log(probs[(int) targets[row]]);
            for (double prob : probs) {
                sum -= smoothing / probs.length * Math.log(prob);
            }
        }
        return sum / counted;
    }

    /// {@return the rows one after another}
    public static double[] flat(double[][] rows) {
        return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    }
}
