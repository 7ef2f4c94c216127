package dev.mokha.language.quantize;

import dev.mokha.language.gguf.Grid;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/// Rounds a matrix column by column, [Frantar et al. 2023](https://arxiv.org/abs/2210.17323), §3: what a
/// column errs is made good by those that are not rounded yet, as far as the inputs allow. With `w` a row,
/// `H = Σ x xᵀ` and `U` the upper Cholesky factor of its inverse, `e = (wᵢ − q(wᵢ)) / Uᵢᵢ` and
/// `wⱼ ← wⱼ − e Uᵢⱼ` for all `j > i`.
///
/// Levels are those of a [Rounding]; a group's scales are chosen when its first column comes, from
/// the weights as they are then; with another order of columns, all at the start.
///
/// @param damping what is added to the diagonal of `H`, as a share of its mean
/// @param byInput whether the columns with the largest inputs come first (act-order)
public record Gptq(double damping, boolean byInput) implements Method {
    private static final int LAZY = 128; // columns whose corrections reach the rest together
    private static final int TILE = 16; // rows that are rounded together

    public Gptq {
        if (!(damping > 0) || damping > 1) {
            throw new IllegalArgumentException("the damping is a share of the diagonal above 0, not " + damping);
        }
    }

    /// The paper's damping of a hundredth, columns in their order.
    public static Gptq usual() {
        return new Gptq(0.01, false);
    }

    @Override
    public void layer(LayerWork work) {
        for (LayerInputs.Point point : LayerInputs.Point.values()) {
            float[] products = work.inputs().at(point).products().toFloats();
            for (String name : point.weights(work.layer())) {
                Rounding rounding = work.roundings().apply(name);
                if (rounding.isQuantized()) {
                    Levelled done = round(work.weight(name), work.columns(name), products, rounding);
                    work.set(name, done.numbers());
                    work.rounded().accept(name, done);
                }
            }
        }
    }

    /// @param weights `[rows, columns]`; not changed
    /// @param products `Σ x xᵀ`, `[columns, columns]`
    Levelled round(float[] weights, int columns, float[] products, Rounding rounding) {
        int[] order = order(columns, products);
        float[][] factor = InverseFactor.of(products, order, damping);
        int rows = weights.length / columns;
        int group = rounding.group(columns);
        var done = new Levelled(columns, group, new Grid[rows][columns / group], new int[rows][columns]);
        IntStream.range(0, (rows + TILE - 1) / TILE).parallel().forEach(tile -> {
            int from = tile * TILE;
            new Tile(weights, done, from, Math.min(TILE, rows - from), order, factor, rounding).round();
        });
        return done;
    }

    private int[] order(int columns, float[] products) {
        IntStream all = IntStream.range(0, columns);
        return byInput
                ? all.boxed()
                        .sorted(Comparator.comparingDouble(i -> -products[i * columns + i]))
                        .mapToInt(Integer::intValue)
                        .toArray()
                : all.toArray();
    }

    /// Some rows on their way.
    private final class Tile {
        private final int columns;
        private final int group;
        private final int[] order;
        private final float[][] factor;
        private final Rounding rounding;
        private final float[][] rows; // as they were, then with corrections; places as in the matrix
        private final float[][] sorted; // the same in the order of columns
        private final Grid[][] grids;
        private final int[][] levels;

        Tile(float[] weights, Levelled done, int first, int count, int[] order, float[][] factor, Rounding rounding) {
            this.columns = done.columns();
            this.group = done.group();
            this.order = order;
            this.factor = factor;
            this.rounding = rounding;
            this.rows = new float[count][columns];
            this.sorted = new float[count][columns];
            this.grids = Arrays.copyOfRange(done.grids(), first, first + count);
            this.levels = Arrays.copyOfRange(done.levels(), first, first + count);
            for (int row = 0; row < count; row++) {
                System.arraycopy(weights, (first + row) * columns, rows[row], 0, columns);
                for (int i = 0; i < columns; i++) {
                    sorted[row][i] = rows[row][order[i]];
                }
                for (int block = 0; byInput && block < grids[row].length; block++) {
                    grids[row][block] = rounding.fit(rows[row], block * group, group);
                }
            }
        }

        void round() {
            float[][] errors = new float[rows.length][LAZY];
            for (int from = 0; from < columns; from += LAZY) {
                int to = Math.min(columns, from + LAZY);
                for (int i = from; i < to; i++) {
                    for (int row = 0; row < rows.length; row++) {
                        errors[row][i - from] = column(row, i, to);
                    }
                }
                for (int i = from; i < to; i++) {
                    for (int row = 0; row < rows.length; row++) {
                        subtract(sorted[row], errors[row][i - from], factor[i], to, columns);
                    }
                }
            }
        }

        /// Rounds one number, and corrects those behind it up to `to`.
        ///
        /// @return what is to be subtracted from the rest
        private float column(int row, int i, int to) {
            int place = order[i];
            int block = place / group;
            int inBlock = place % group;
            if (!byInput && inBlock == 0) {
                grids[row][block] = rounding.fit(sorted[row], place, group);
            }
            float number = sorted[row][i];
            int level = grids[row][block].level(inBlock, number);
            levels[row][place] = level;
            float error = (number - grids[row][block].value(inBlock, level)) / factor[i][i];
            subtract(sorted[row], error, factor[i], i + 1, to);
            return error;
        }

        private static void subtract(float[] row, float error, float[] by, int from, int to) {
            for (int j = from; j < to; j++) {
                row[j] -= error * by[j];
            }
        }
    }
}
