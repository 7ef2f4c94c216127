package dev.mokha.serve.schedule;

import java.util.List;

/// A step's time as a sum: what every step takes, and so much for each of its sizes. The fixed part is the
/// reading of the weights, the parts by token their products, those by context the attention.
///
/// @param fixed nanoseconds of a step
/// @param prefillToken of a prompt's position
/// @param prefillContext of a position that a prompt's position attends to
/// @param decodeToken of a position that is written
/// @param decodeContext of a position in the cache of a sequence that writes
public record LinearCost(
        double fixed, double prefillToken, double prefillContext, double decodeToken, double decodeContext)
        implements CostModel {
    private static final int SIZES = 5;

    public LinearCost {
        if (!(fixed >= 0 && prefillToken >= 0 && prefillContext >= 0 && decodeToken >= 0 && decodeContext >= 0)) {
            throw new IllegalArgumentException("a step's parts take no negative time: " + fixed + ", " + prefillToken
                    + ", " + prefillContext + ", " + decodeToken + ", " + decodeContext);
        }
    }

    /// About a decoder of 1.2 billion parameters in 8 bits on two cores of a server, by what ik_llama.cpp
    /// reaches on two of Zen 4: 167 prompt tokens a second, 21 new ones for one user and 48 for 16.
    public static LinearCost twoCores() {
        return new LinearCost(27e6, 6e6, 600, 19e6, 1_000);
    }

    /// A step that was measured.
    ///
    /// @param shape what it computed
    /// @param nanos how long it took
    public record Measured(StepShape shape, long nanos) {
        public Measured {
            if (nanos < 1) {
                throw new IllegalArgumentException("a step takes a nanosecond at least, not " + nanos);
            }
        }
    }

    @Override
    public long nanos(StepShape step) {
        double[] sizes = sizes(step);
        double nanos = 0;
        for (int size = 0; size < SIZES; size++) {
            nanos += part(size) * sizes[size];
        }
        return Math.max(1, Math.round(nanos));
    }

    /// {@return the parts that fit measured steps best: the least sum of squared relative errors, none
    /// negative}
    ///
    /// Relative, so that the many short steps count as much as the few long ones. The constraint is met
    /// exactly: of all choices of parts that are not zero, the best one whose least-squares solution has no
    /// negative part.
    public static LinearCost fit(List<Measured> steps) {
        if (steps.isEmpty()) {
            throw new IllegalArgumentException("no steps to fit a cost to; measure some of different sizes");
        }
        double[][] rows = new double[steps.size()][];
        for (int row = 0; row < rows.length; row++) {
            rows[row] = sizes(steps.get(row).shape());
            for (int size = 0; size < SIZES; size++) {
                rows[row][size] /= steps.get(row).nanos();
            }
        }
        double[] best = new double[SIZES];
        double least = Double.POSITIVE_INFINITY;
        for (int chosen = 1; chosen < 1 << SIZES; chosen++) {
            double[] parts = solve(rows, chosen);
            double error = error(rows, parts);
            if (error < least) {
                least = error;
                best = parts;
            }
        }
        return new LinearCost(best[0], best[1], best[2], best[3], best[4]);
    }

    /// {@return the mean relative error over measured steps}
    public double error(List<Measured> steps) {
        return steps.stream()
                .mapToDouble(step -> Math.abs(nanos(step.shape()) - step.nanos()) / (double) step.nanos())
                .average()
                .orElse(0);
    }

    private double part(int size) {
        return switch (size) {
            case 0 -> fixed;
            case 1 -> prefillToken;
            case 2 -> prefillContext;
            case 3 -> decodeToken;
            default -> decodeContext;
        };
    }

    private static double[] sizes(StepShape step) {
        return new double[] {1, step.prefillTokens(), step.prefillContext(), step.decodeTokens(), step.decodeContext()};
    }

    /// The sum of squared relative errors; infinite where a part is negative or there is no solution.
    private static double error(double[][] rows, double[] parts) {
        double sum = 0;
        for (double part : parts) {
            if (!(part >= 0)) {
                return Double.POSITIVE_INFINITY;
            }
        }
        for (double[] row : rows) {
            double relative = -1;
            for (int size = 0; size < SIZES; size++) {
                relative += row[size] * parts[size];
            }
            sum += relative * relative;
        }
        return sum;
    }

    /// Normal equations of the chosen sizes, scaled to a unit diagonal, by Gauss and Jordan; NaN where
    /// singular.
    private static double[] solve(double[][] rows, int chosen) {
        double[][] system = new double[SIZES][SIZES + 1];
        double[] scale = new double[SIZES];
        for (int size = 0; size < SIZES; size++) {
            for (double[] row : rows) {
                scale[size] += row[size] * row[size];
            }
            scale[size] = Math.sqrt(scale[size]);
        }
        for (int i = 0; i < SIZES; i++) {
            boolean in = (chosen >> i & 1) == 1;
            if (!in) {
                system[i][i] = 1;
                continue;
            }
            for (double[] row : rows) {
                for (int j = 0; j < SIZES; j++) {
                    if ((chosen >> j & 1) == 1) {
                        system[i][j] += row[i] / scale[i] * row[j] / scale[j];
                    }
                }
                system[i][SIZES] += row[i] / scale[i];
            }
        }
        for (int pivot = 0; pivot < SIZES; pivot++) {
            // Symmetric and positive: the diagonal is safe until it vanishes, where sizes depend on each other.
            double head = system[pivot][pivot];
            if (!(Math.abs(head) > 1e-9)) {
                head = Double.NaN;
            }
            for (int j = 0; j <= SIZES; j++) {
                system[pivot][j] /= head;
            }
            for (int i = 0; i < SIZES; i++) {
                double factor = i == pivot ? 0 : system[i][pivot];
                for (int j = 0; j <= SIZES; j++) {
                    system[i][j] -= factor * system[pivot][j];
                }
            }
        }
        double[] parts = new double[SIZES];
        for (int size = 0; size < SIZES; size++) {
            parts[size] = (chosen >> size & 1) == 1 ? system[size][SIZES] / scale[size] : 0;
        }
        return parts;
    }
}
