package dev.mokha.language.adapt;

import dev.mokha.tensor.DType;
import dev.mokha.tensor.Rng;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Grows an embedding table, or an output head, by rows for new pieces. The old rows are copied bit for
/// bit.
public final class EmbeddingSurgery {
    private EmbeddingSurgery() {}

    /// Makes the table of a merged vocabulary.
    ///
    /// @param table the base model's rows, `[vocab, hidden]`
    /// @param decompositions for each new piece, in the order of its id from `vocab` on, the base ids
    ///     it was written with
    /// @param seed draws what is random
    /// @return `[vocab + new, hidden]` in the table's type; the caller's to close, or the enclosing scope's
    /// @throws IllegalArgumentException when a decomposition is empty or names a row that is not there
    public static Tensor grow(Tensor table, List<int[]> decompositions, NewRows rows, long seed) {
        int vocab = (int) table.size(0);
        int hidden = (int) table.size(1);
        requireRows(vocab, decompositions);
        try (var scope = Scope.open("embedding surgery")) {
            float[] old = table.toFloats();
            float[] added = switch (rows) {
                case NewRows.Random() -> random(old, decompositions.size(), hidden, seed);
                case NewRows.SubtokenMean() -> means(old, decompositions, hidden);
                case NewRows.NoisyMean(double share) -> noisy(old, decompositions, hidden, share, seed);
                case NewRows.Focus(Tensor space) -> focus(old, decompositions, hidden, space);
                case NewRows.Aligned(var mixes) -> aligned(old, decompositions, hidden, mixes);
            };
            Tensor fresh = Tensors.of(added, decompositions.size(), hidden).to(table.dtype());
            return scope.keep(Tensors.cat(List.of(table.detach(), fresh), 0));
        }
    }

    private static void requireRows(int vocab, List<int[]> decompositions) {
        for (int i = 0; i < decompositions.size(); i++) {
            int[] ids = decompositions.get(i);
            if (ids.length == 0) {
                throw new IllegalArgumentException(
                        "new piece " + (vocab + i) + " has no base pieces to take its row from");
            }
            for (int id : ids) {
                if (id < 0 || id >= vocab) {
                    throw new IllegalArgumentException("new piece " + (vocab + i) + " is made of base piece " + id
                            + ", but the table has rows 0 to " + (vocab - 1));
                }
            }
        }
    }

    private static float[] means(float[] old, List<int[]> decompositions, int hidden) {
        float[] added = new float[decompositions.size() * hidden];
        for (int i = 0; i < decompositions.size(); i++) {
            int[] ids = decompositions.get(i);
            for (int h = 0; h < hidden; h++) {
                double sum = 0;
                for (int id : ids) {
                    sum += old[id * hidden + h];
                }
                added[i * hidden + h] = (float) (sum / ids.length);
            }
        }
        return added;
    }

    private static float[] noisy(float[] old, List<int[]> decompositions, int hidden, double share, long seed) {
        float[] added = means(old, decompositions, hidden);
        double deviation = Arrays.stream(columns(old, hidden)[1]).average().orElseThrow();
        float[] noise = draws(added.length, seed);
        for (int i = 0; i < added.length; i++) {
            added[i] += (float) (share * deviation * noise[i]);
        }
        return added;
    }

    private static float[] random(float[] old, int count, int hidden, long seed) {
        double[][] columns = columns(old, hidden);
        float[] added = draws(count * hidden, seed);
        for (int i = 0; i < added.length; i++) {
            added[i] = (float) (columns[0][i % hidden] + columns[1][i % hidden] * added[i]);
        }
        return added;
    }

    private static float[] focus(float[] old, List<int[]> decompositions, int hidden, Tensor space) {
        int vocab = old.length / hidden;
        if (space.size(0) != vocab + decompositions.size()) {
            throw new IllegalArgumentException("the auxiliary space has " + space.size(0) + " vectors, the vocabulary "
                    + (vocab + decompositions.size()) + " pieces");
        }
        float[] added = means(old, decompositions, hidden);
        float[][] unit = units(space);
        for (int i = 0; i < decompositions.size(); i++) {
            float[] vector = unit[vocab + i];
            if (vector.length == 0) {
                continue;
            }
            double[] weights = new double[vocab];
            for (int j = 0; j < vocab; j++) {
                weights[j] = unit[j].length == 0 ? Double.NEGATIVE_INFINITY : dot(vector, unit[j]);
            }
            sparsemax(weights);
            Arrays.fill(added, i * hidden, (i + 1) * hidden, 0);
            for (int j = 0; j < vocab; j++) {
                for (int h = 0; weights[j] > 0 && h < hidden; h++) {
                    added[i * hidden + h] += (float) (weights[j] * old[j * hidden + h]);
                }
            }
        }
        return added;
    }

    private static float[] aligned(
            float[] old, List<int[]> decompositions, int hidden, List<PieceAlignment.@Nullable Mix> mixes) {
        float[] added = means(old, decompositions, hidden);
        for (int i = 0; i < Math.min(mixes.size(), decompositions.size()); i++) {
            PieceAlignment.@Nullable Mix mix = mixes.get(i);
            if (mix == null) {
                continue;
            }
            for (int h = 0; h < hidden; h++) {
                double sum = 0;
                for (int j = 0; j < mix.ids().length; j++) {
                    sum += mix.weights()[j] * old[mix.ids()[j] * hidden + h];
                }
                added[i * hidden + h] = (float) sum;
            }
        }
        return added;
    }

    /// Projects onto the probability simplex, [Martins & Astudillo 2016](https://arxiv.org/abs/1602.02068),
    /// in place: `max(z − τ, 0)` with τ such that the result sums to 1. A score of −∞ gets no weight.
    static void sparsemax(double[] scores) {
        double[] sorted =
                Arrays.stream(scores).filter(Double::isFinite).sorted().toArray();
        if (sorted.length == 0) {
            throw new IllegalArgumentException("sparsemax needs a finite score");
        }
        double sum = 0;
        double threshold = 0;
        for (int k = 1; k <= sorted.length; k++) {
            double score = sorted[sorted.length - k];
            if (1 + k * score <= sum + score) {
                break;
            }
            sum += score;
            threshold = (sum - 1) / k;
        }
        for (int i = 0; i < scores.length; i++) {
            scores[i] = Math.max(scores[i] - threshold, 0);
        }
    }

    /// {@return the rows at length 1; a row of zeros becomes empty}
    private static float[][] units(Tensor space) {
        float[] values = space.toFloats();
        int dim = (int) space.size(1);
        float[][] units = new float[(int) space.size(0)][];
        for (int row = 0; row < units.length; row++) {
            float[] vector = Arrays.copyOfRange(values, row * dim, (row + 1) * dim);
            double norm = Math.sqrt(dot(vector, vector));
            for (int i = 0; i < dim; i++) {
                vector[i] = (float) (vector[i] / norm);
            }
            units[row] = norm == 0 ? new float[0] : vector;
        }
        return units;
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    /// {@return the mean and the standard deviation of each column}
    private static double[][] columns(float[] table, int hidden) {
        int rows = table.length / hidden;
        double[][] columns = new double[2][hidden];
        for (int h = 0; h < hidden; h++) {
            double sum = 0;
            double squares = 0;
            for (int row = 0; row < rows; row++) {
                double value = table[row * hidden + h];
                sum += value;
                squares += value * value;
            }
            columns[0][h] = sum / rows;
            columns[1][h] = Math.sqrt(Math.max(0, squares / rows - columns[0][h] * columns[0][h]));
        }
        return columns;
    }

    private static float[] draws(int count, long seed) {
        return new Rng(seed).normal(0, 1, count).to(DType.FLOAT32).toFloats();
    }
}
