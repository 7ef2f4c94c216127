package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.embed.Adam;
import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.embed.Table;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/// Rows of a table that are learned as the product of two small tables on top of where they began,
/// FastKGE's incremental adapter ([Liu et al. 2024](https://arxiv.org/abs/2407.05705), after [Hu et al.
/// 2022](https://arxiv.org/abs/2106.09685)): `x_i = x⁰_i + a_i B / rank`.
///
/// `A`, `[rows, rank]`, begins as zeros and `B`, `[rank, dim]`, as normal draws, so that the rows begin
/// where they are. Only `A` and `B` are learned.
public final class LowRank {
    private final int[] rows;
    private final Table start; // [rows, dim]
    private final Table left; // A
    private final Table right; // B
    private final Adam ofLeft;
    private final Adam ofRight;

    /// @param table holds where the rows begin
    /// @param rows which they are
    /// @param rank of the product
    /// @param rate Adam's
    public LowRank(Table table, int[] rows, int rank, double rate, SplittableRandom random) {
        this(table, rows, normal(rank, table.dim(), random), rate);
    }

    /// With a given `B`, for tests.
    LowRank(Table table, int[] rows, Table right, double rate) {
        this.rows = rows.clone();
        this.start = new Table(rows.length, table.dim());
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(
                    table.values(), rows[i] * table.stride(), start.values(), i * table.stride(), table.stride());
        }
        this.left = new Table(rows.length, right.rows());
        this.right = right;
        this.ofLeft = new Adam(left.rows(), left.dim(), rate);
        this.ofRight = new Adam(right.rows(), right.dim(), rate);
    }

    private static Table normal(int rank, int dim, SplittableRandom random) {
        if (rank < 1) {
            throw new IllegalArgumentException("a rank is 1 or more, not " + rank);
        }
        var table = new Table(rank, dim);
        for (int k = 0; k < rank; k++) {
            for (int c = 0; c < dim; c++) {
                table.values()[k * table.stride() + c] = random.nextGaussian();
            }
        }
        return table;
    }

    /// {@return how many rows the product has}
    public int size() {
        return rows.length;
    }

    /// {@return the product's rank}
    public int rank() {
        return right.rows();
    }

    /// Takes one step of Adam on both factors, given the gradient by the rows, and writes the rows anew.
    public void step(Table table, Table gradient, Crew crew) {
        var byLeft = new Table(left.rows(), left.dim());
        var byRight = new Table(right.rows(), right.dim());
        derive(gradient, byLeft, byRight, crew);
        ofLeft.step(left, byLeft, crew);
        ofRight.step(right, byRight, crew);
        write(table, crew);
    }

    /// `∂L/∂A = G Bᵀ / rank`, `∂L/∂B = Aᵀ G / rank`
    void derive(Table gradient, Table byLeft, Table byRight, Crew crew) {
        int stride = right.stride();
        double[] g = gradient.values();
        double[] b = right.values();
        crew.split(rows.length, 1, (from, to) -> {
            for (int i = from; i < to; i++) {
                for (int k = 0; k < rank(); k++) {
                    double sum = 0;
                    for (int c = 0; c < stride; c++) {
                        sum += g[rows[i] * stride + c] * b[k * stride + c];
                    }
                    byLeft.values()[i * left.stride() + k] = sum / rank();
                }
            }
        });
        crew.split(rank(), 1, (from, to) -> {
            for (int k = from; k < to; k++) {
                for (int i = 0; i < rows.length; i++) {
                    double a = left.values()[i * left.stride() + k] / rank();
                    for (int c = 0; c < stride; c++) {
                        byRight.values()[k * stride + c] += a * g[rows[i] * stride + c];
                    }
                }
            }
        });
    }

    /// Writes the rows into a table.
    public void write(Table table, Crew crew) {
        int stride = right.stride();
        crew.split(rows.length, 1, (from, to) -> {
            double[] row = new double[stride];
            for (int i = from; i < to; i++) {
                Arrays.fill(row, 0);
                for (int k = 0; k < rank(); k++) {
                    double a = left.values()[i * left.stride() + k];
                    for (int c = 0; c < stride; c++) {
                        row[c] += a * right.values()[k * stride + c];
                    }
                }
                for (int c = 0; c < stride; c++) {
                    table.values()[rows[i] * stride + c] = start.values()[i * stride + c] + row[c] / rank();
                }
            }
        });
    }

    /// {@return what it must keep to go on, by name: the arrays themselves}
    public Map<String, double[]> parts() {
        var parts = new TreeMap<String, double[]>();
        parts.put("left", left.values());
        parts.put("right", right.values());
        ofLeft.parts().forEach((name, array) -> parts.put("left." + name, array));
        ofRight.parts().forEach((name, array) -> parts.put("right." + name, array));
        return parts;
    }
}
