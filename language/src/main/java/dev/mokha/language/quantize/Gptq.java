package dev.mokha.language.quantize;

import dev.mokha.language.gguf.BlockGrid;
import dev.mokha.language.gguf.GgufType;
import java.lang.foreign.MemorySegment;
import java.util.Comparator;
import java.util.stream.IntStream;

/// Rounds a matrix column by column, [Frantar et al. 2023](https://arxiv.org/abs/2210.17323), §3: what a
/// column errs is made good by those that are not rounded yet, as far as the inputs allow. With `w` a row,
/// `H = Σ x xᵀ` and `U` the upper Cholesky factor of its inverse, `e = (wᵢ − q(wᵢ)) / Uᵢᵢ` and
/// `wⱼ ← wⱼ − e Uᵢⱼ` for all `j > i`.
///
/// Levels are those of a [GgufType]'s blocks; a block's scales are chosen when its first column comes, from
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

    /// A rounded matrix.
    ///
    /// @param bytes the blocks of the rows
    /// @param numbers what they stand for, `[rows, columns]`
    @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
    record Rounded(MemorySegment bytes, float[] numbers) {}

    @Override
    public void layer(LayerWork work) {
        for (LayerInputs.Point point : LayerInputs.Point.values()) {
            float[] products = work.inputs().at(point).products().toFloats();
            for (String name : point.weights(work.layer())) {
                GgufType type = work.types().apply(name);
                if (type.isQuantized()) {
                    Rounded done = round(work.weight(name), work.columns(name), products, type);
                    work.set(name, done.numbers());
                    work.rounded().put(name, done.bytes());
                }
            }
        }
    }

    /// @param weights `[rows, columns]`; not changed
    /// @param products `Σ x xᵀ`, `[columns, columns]`
    Rounded round(float[] weights, int columns, float[] products, GgufType type) {
        int[] order = order(columns, products);
        float[][] factor = InverseFactor.of(products, order, damping);
        int rows = weights.length / columns;
        long rowBytes = type.bytes(columns);
        MemorySegment bytes = MemorySegment.ofArray(new byte[Math.toIntExact(rows * rowBytes)]);
        float[] numbers = new float[weights.length];
        IntStream.range(0, (rows + TILE - 1) / TILE).parallel().forEach(tile -> {
            int from = tile * TILE;
            new Tile(weights, columns, from, Math.min(TILE, rows - from), order, factor, type).round(bytes, numbers);
        });
        return new Rounded(bytes, numbers);
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
        private final int first;
        private final int[] order;
        private final float[][] factor;
        private final GgufType type;
        private final float[][] rows; // as they were, then with corrections; places as in the matrix
        private final float[][] sorted; // the same in the order of columns
        private final BlockGrid[][] grids;
        private final int[][] levels;

        Tile(float[] weights, int columns, int first, int count, int[] order, float[][] factor, GgufType type) {
            this.columns = columns;
            this.first = first;
            this.order = order;
            this.factor = factor;
            this.type = type;
            this.rows = new float[count][columns];
            this.sorted = new float[count][columns];
            this.grids = new BlockGrid[count][columns / type.block()];
            this.levels = new int[count][columns];
            for (int row = 0; row < count; row++) {
                System.arraycopy(weights, (first + row) * columns, rows[row], 0, columns);
                for (int i = 0; i < columns; i++) {
                    sorted[row][i] = rows[row][order[i]];
                }
                for (int block = 0; byInput && block < grids[row].length; block++) {
                    grids[row][block] = BlockGrid.fit(type, rows[row], block * type.block());
                }
            }
        }

        void round(MemorySegment bytes, float[] numbers) {
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
            for (int row = 0; row < rows.length; row++) {
                write(row, bytes, numbers);
            }
        }

        /// Rounds one number, and corrects those behind it up to `to`.
        ///
        /// @return what is to be subtracted from the rest
        private float column(int row, int i, int to) {
            int place = order[i];
            int block = place / type.block();
            int inBlock = place % type.block();
            if (!byInput && inBlock == 0) {
                grids[row][block] = BlockGrid.fit(type, sorted[row], place);
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

        private void write(int row, MemorySegment bytes, float[] numbers) {
            int size = type.block();
            int[] some = new int[size];
            for (int block = 0; block < grids[row].length; block++) {
                BlockGrid grid = grids[row][block];
                System.arraycopy(levels[row], block * size, some, 0, size);
                long at = (first + row) * type.bytes(columns) + type.bytes((long) block * size);
                grid.pack(some, bytes, at);
                for (int i = 0; i < size; i++) {
                    numbers[(first + row) * columns + block * size + i] = grid.value(i, some[i]);
                }
            }
        }
    }
}
