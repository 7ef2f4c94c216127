package dev.mokha.knowledge.embed;

import java.util.Arrays;
import java.util.SplittableRandom;

/// A table of vectors in float64, `[rows, dim]`, in one array.
///
/// A row takes [#stride] numbers: `dim`, then zeros up to a multiple of eight, so that kernels need no
/// remainder. What works on a table keeps those zeros.
public final class Table {
    /// Rows are as long as a multiple of this.
    public static final int UNIT = 8;

    private final int rows;
    private final int dim;
    private final int stride;
    private final double[] values;

    /// A table of zeros.
    ///
    /// @throws IllegalArgumentException where the table does not fit into one array: from 10 million
    ///     rows of 200
    public Table(int rows, int dim) {
        if (rows < 0 || dim < 1) {
            throw new IllegalArgumentException(
                    "a table has 0 rows or more of 1 number or more, not " + rows + " of " + dim);
        }
        this.rows = rows;
        this.dim = dim;
        this.stride = (dim + UNIT - 1) / UNIT * UNIT;
        long length = (long) rows * stride;
        if (length > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(
                    rows + " rows of " + dim + " numbers do not fit into one table: use fewer dimensions");
        }
        this.values = new double[(int) length];
    }

    /// A table of normal draws with the deviation `√(2 / (rows + dim))` of
    /// [Glorot and Bengio 2010](https://proceedings.mlr.press/v9/glorot10a.html).
    public static Table xavier(int rows, int dim, SplittableRandom random) {
        var table = new Table(rows, dim);
        double deviation = Math.sqrt(2.0 / ((double) rows + dim));
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < dim; i++) {
                table.values[row * table.stride + i] = deviation * random.nextGaussian();
            }
        }
        return table;
    }

    /// A table of given rows, all equally long.
    public static Table of(double[][] rows) {
        var table = new Table(rows.length, rows[0].length);
        for (int row = 0; row < rows.length; row++) {
            System.arraycopy(rows[row], 0, table.values, row * table.stride, table.dim);
        }
        return table;
    }

    /// {@return how many vectors there are}
    public int rows() {
        return rows;
    }

    /// {@return how long a vector is}
    public int dim() {
        return dim;
    }

    /// {@return how far apart rows begin}
    public int stride() {
        return stride;
    }

    /// {@return the numbers themselves, not a copy: row `i` begins at `i * stride()`}
    public double[] values() {
        return values;
    }

    /// {@return a copy of one vector}
    public double[] row(int row) {
        return Arrays.copyOfRange(values, row * stride, row * stride + dim);
    }

    /// {@return a table of the same numbers}
    public Table copy() {
        var copy = new Table(rows, dim);
        System.arraycopy(values, 0, copy.values, 0, values.length);
        return copy;
    }

    /// Writes another table's rows over this one's first.
    ///
    /// @throws IllegalArgumentException where the other has more rows or other dimensions
    public void setFirst(Table other) {
        if (other.rows > rows || other.dim != dim) {
            throw new IllegalArgumentException("a table of " + rows + " by " + dim + " cannot begin with one of "
                    + other.rows + " by " + other.dim);
        }
        System.arraycopy(other.values, 0, values, 0, other.values.length);
    }
}
