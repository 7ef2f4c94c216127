package dev.mokha.knowledge.embed;

import jdk.incubator.vector.DoubleVector;

/// Products of tables as matrices, added to what is there. A part of a sum has its place in one written
/// order, so that the outcome is the same for any number of threads.
public final class TableProducts {
    private static final int TOGETHER = 4; // rows added to a row at a time

    private TableProducts() {}

    /// Adds `A B` to `out`, `B` being the rows of a table from one on.
    ///
    /// @param a `[rows, dim]`
    /// @param b `[from + dim or more, columns]`
    /// @param out `[rows, columns]`
    public static void add(Table a, Table b, int from, Table out, Crew crew) {
        crew.split(a.rows(), 1, (first, last) -> {
            double[] shares = new double[a.dim()];
            for (int row = first; row < last; row++) {
                System.arraycopy(a.values(), row * a.stride(), shares, 0, shares.length);
                addRows(shares, b, from, out, row);
            }
        });
    }

    /// Adds `A Bᵀ` to `out`, `B` being `dim` rows of a table from one on.
    ///
    /// @param a `[rows, columns]`
    /// @param b `[from + dim or more, columns]`
    /// @param out `[rows, dim]`
    public static void addByTransposed(Table a, Table b, int from, Table out, Crew crew) {
        var turned = new Table(a.dim(), out.dim());
        for (int row = 0; row < out.dim(); row++) {
            for (int c = 0; c < a.dim(); c++) {
                turned.values()[c * turned.stride() + row] = b.values()[(from + row) * b.stride() + c];
            }
        }
        add(a, turned, 0, out, crew);
    }

    /// Adds `Aᵀ B` to the rows of `out` from one on.
    ///
    /// @param a `[rows, dim]`
    /// @param b `[rows, columns]`
    /// @param out `[from + dim or more, columns]`
    public static void addTransposed(Table a, Table b, Table out, int from, Crew crew) {
        crew.split(a.dim(), 1, (first, last) -> {
            double[] shares = new double[a.rows()];
            for (int k = first; k < last; k++) {
                for (int row = 0; row < shares.length; row++) {
                    shares[row] = a.values()[row * a.stride() + k];
                }
                addRows(shares, b, 0, out, from + k);
            }
        });
    }

    private static void addRows(double[] shares, Table b, int from, Table out, int row) {
        int stride = b.stride();
        int k = 0;
        for (; k + TOGETHER <= shares.length; k += TOGETHER) {
            if (shares[k] != 0 || shares[k + 1] != 0 || shares[k + 2] != 0 || shares[k + 3] != 0) {
                addFour(shares, k, b.values(), (from + k) * stride, out.values(), row * stride, stride);
            }
        }
        for (; k < shares.length; k++) {
            addOne(shares[k], b.values(), (from + k) * stride, out.values(), row * stride, stride);
        }
    }

    private static void addFour(double[] shares, int k, double[] b, int at, double[] out, int to, int stride) {
        var share0 = DoubleVector.broadcast(Lanes.WIDE, shares[k]);
        var share1 = DoubleVector.broadcast(Lanes.WIDE, shares[k + 1]);
        var share2 = DoubleVector.broadcast(Lanes.WIDE, shares[k + 2]);
        var share3 = DoubleVector.broadcast(Lanes.WIDE, shares[k + 3]);
        for (int c = 0; c < stride; c += Lanes.WIDTH) {
            var sum = DoubleVector.fromArray(Lanes.WIDE, out, to + c);
            sum = DoubleVector.fromArray(Lanes.WIDE, b, at + c).fma(share0, sum);
            sum = DoubleVector.fromArray(Lanes.WIDE, b, at + stride + c).fma(share1, sum);
            sum = DoubleVector.fromArray(Lanes.WIDE, b, at + 2 * stride + c).fma(share2, sum);
            sum = DoubleVector.fromArray(Lanes.WIDE, b, at + 3 * stride + c).fma(share3, sum);
            sum.intoArray(out, to + c);
        }
    }

    private static void addOne(double share, double[] b, int at, double[] out, int to, int stride) {
        var times = DoubleVector.broadcast(Lanes.WIDE, share);
        for (int c = 0; c < stride; c += Lanes.WIDTH) {
            DoubleVector.fromArray(Lanes.WIDE, b, at + c)
                    .fma(times, DoubleVector.fromArray(Lanes.WIDE, out, to + c))
                    .intoArray(out, to + c);
        }
    }
}
