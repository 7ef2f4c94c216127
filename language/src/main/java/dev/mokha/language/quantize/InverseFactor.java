package dev.mokha.language.quantize;

import java.util.stream.IntStream;

/// For GPTQ, the upper triangular `U` with `Uᵀ U = (H + λ I)⁻¹`.
///
/// With the order of rows and columns turned round, the Cholesky factor of `H` is an upper triangular `R` with
/// `R Rᵀ = H`; `U` is its inverse.
final class InverseFactor {
    private InverseFactor() {}

    /// @param h symmetric, `[n, n]` row by row
    /// @param order which row and column of `h` comes when
    /// @param damping `λ` as a share of the mean of the diagonal
    /// @return the rows of `U`, in that order
    /// @throws IllegalArgumentException when `h` with its damping is not positive definite
    static float[][] of(float[] h, int[] order, double damping) {
        int n = order.length;
        double mean = 0;
        for (int i = 0; i < n; i++) {
            mean += diagonal(h, n, i) / n;
        }
        double[][] r = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = i; j < n; j++) {
                r[i][j] = order[i] == order[j] ? diagonal(h, n, order[i]) + damping * mean : h[order[i] * n + order[j]];
            }
        }
        upperCholesky(r);
        return inverse(r);
    }

    /// An input that is always 0 has no say; 1 keeps the matrix definite.
    private static double diagonal(float[] h, int n, int i) {
        double value = h[i * n + i];
        return value == 0 ? 1 : value;
    }

    /// Turns the upper half of a symmetric matrix into the upper triangular `R` with `R Rᵀ` that matrix: from
    /// the last column, each of which is done with before the ones to its left change.
    private static void upperCholesky(double[][] a) {
        for (int k = a.length - 1; k >= 0; k--) {
            double pivot = a[k][k];
            if (!(pivot > 0)) {
                throw new IllegalArgumentException("the inputs' products are not positive definite at " + k
                        + "; give more calibration text, or more damping");
            }
            double root = Math.sqrt(pivot);
            double[] column = new double[k];
            for (int i = 0; i < k; i++) {
                column[i] = a[i][k] / root;
                a[i][k] = column[i];
            }
            a[k][k] = root;
            IntStream.range(0, k).parallel().forEach(i -> {
                double[] row = a[i];
                double factor = column[i];
                for (int j = i; j < column.length; j++) {
                    row[j] -= factor * column[j];
                }
            });
        }
    }

    /// {@return the inverse of an upper triangular matrix}
    private static float[][] inverse(double[][] r) {
        int n = r.length;
        double[][] u = new double[n][];
        float[][] narrow = new float[n][n];
        for (int i = n - 1; i >= 0; i--) {
            double[] row = new double[n];
            for (int k = i + 1; k < n; k++) {
                double factor = r[i][k];
                double[] below = u[k];
                for (int j = k; j < n; j++) {
                    row[j] -= factor * below[j];
                }
            }
            row[i] = 1;
            for (int j = i; j < n; j++) {
                row[j] /= r[i][i];
                narrow[i][j] = (float) row[j];
            }
            u[i] = row;
        }
        return narrow;
    }
}
