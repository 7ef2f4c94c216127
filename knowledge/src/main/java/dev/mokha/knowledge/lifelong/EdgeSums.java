package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.embed.Lanes;
import dev.mokha.knowledge.embed.Table;
import dev.mokha.knowledge.graph.Incidence;
import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;

/// Passes along all edges of a graph over a few columns of its tables, which are copied out, so that they
/// lie together and stay in the second-level cache.
///
/// A pass adds `y_v += x_v + Σ (x_u + r_q)` over the edges u –q→ v that reach v, and `s_q += Σ x_v` over
/// the edges of each relation. An entity's sums stay in registers while its edges are read.
final class EdgeSums {
    /// How many columns are taken at once. The last block of a table has fewer, and zeros behind them.
    static final int COLUMNS = 2 * Lanes.WIDTH;

    /// The numbers of a large array begin 16 bytes into a cache line in all likelihood; these begin at a
    /// line.
    private static final int ALIGNED = 6;

    private final Incidence edges;

    /// Columns of a table, row by row, [#COLUMNS] in each.
    static final class Columns {
        final double[] values;
        private final int rows;

        Columns(int rows) {
            this.rows = rows;
            this.values = new double[ALIGNED + rows * COLUMNS];
        }

        int at(int row) {
            return ALIGNED + row * COLUMNS;
        }

        void clear() {
            Arrays.fill(values, 0);
        }

        void copyFrom(Table table, int from, int to) {
            for (int row = 0; row < rows; row++) {
                for (int c = from; c < to; c += Lanes.WIDTH) {
                    vector(table.values(), row * table.stride() + c).intoArray(values, at(row) + c - from);
                }
                for (int c = to; c < from + COLUMNS; c += Lanes.WIDTH) {
                    DoubleVector.zero(Lanes.WIDE).intoArray(values, at(row) + c - from);
                }
            }
        }

        void copyTo(Table table, int from, int to) {
            for (int row = 0; row < rows; row++) {
                for (int c = from; c < to; c += Lanes.WIDTH) {
                    vector(values, at(row) + c - from).intoArray(table.values(), row * table.stride() + c);
                }
            }
        }

        void addTo(Table table, int from, int to) {
            for (int row = 0; row < rows; row++) {
                for (int c = from; c < to; c += Lanes.WIDTH) {
                    int out = row * table.stride() + c;
                    vector(table.values(), out)
                            .add(vector(values, at(row) + c - from))
                            .intoArray(table.values(), out);
                }
            }
        }
    }

    EdgeSums(Incidence edges) {
        this.edges = edges;
    }

    static DoubleVector vector(double[] values, int at) {
        return DoubleVector.fromArray(Lanes.WIDE, values, at);
    }

    /// What a pass reads, `x` and `r`, or adds to, `y` and `s`.
    record Sides(Columns entities, Columns relations) {}

    /// Adds what reaches each entity, and by which each relation is reached.
    void add(Sides from, Sides to) {
        addNeighbours(from.entities, to.entities);
        addRelations(from, to);
    }

    private void addNeighbours(Columns from, Columns to) {
        double[] x = from.values;
        double[] y = to.values;
        for (int v = 0; v < edges.entities(); v++) {
            int at = from.at(v);
            var y0 = vector(y, at).add(vector(x, at));
            var y1 = vector(y, at + Lanes.WIDTH).add(vector(x, at + Lanes.WIDTH));
            int end = edges.neighbourStart(v + 1);
            for (int i = edges.neighbourStart(v); i < end; i++) {
                int u = from.at(edges.neighbour(i));
                y0 = y0.add(vector(x, u));
                y1 = y1.add(vector(x, u + Lanes.WIDTH));
            }
            y0.intoArray(y, at);
            y1.intoArray(y, at + Lanes.WIDTH);
        }
    }

    private void addRelations(Sides from, Sides to) {
        double[] x = from.entities.values;
        double[] r = from.relations.values;
        double[] y = to.entities.values;
        double[] s = to.relations.values;
        for (int v = 0; v < edges.entities(); v++) {
            int at = from.entities.at(v);
            var x0 = vector(x, at);
            var x1 = vector(x, at + Lanes.WIDTH);
            var y0 = vector(y, at);
            var y1 = vector(y, at + Lanes.WIDTH);
            int end = edges.relationStart(v + 1);
            for (int i = edges.relationStart(v); i < end; i++) {
                int q = from.relations.at(edges.relation(i));
                var count = DoubleVector.broadcast(Lanes.WIDE, edges.count(i));
                y0 = vector(r, q).fma(count, y0);
                y1 = vector(r, q + Lanes.WIDTH).fma(count, y1);
                x0.fma(count, vector(s, q)).intoArray(s, q);
                x1.fma(count, vector(s, q + Lanes.WIDTH)).intoArray(s, q + Lanes.WIDTH);
            }
            y0.intoArray(y, at);
            y1.intoArray(y, at + Lanes.WIDTH);
        }
    }
}
