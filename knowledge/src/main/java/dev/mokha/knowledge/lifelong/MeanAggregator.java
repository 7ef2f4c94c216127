package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.embed.Table;
import dev.mokha.knowledge.graph.Facts;
import java.util.Arrays;
import java.util.SplittableRandom;

/// MEAN: an entity is the mean of what its neighbours say about it, so that one that was never trained
/// gets a vector too ([Hamaguchi et al. 2017](https://arxiv.org/abs/1706.05674)), in the form in which
/// LKGE's program compares it:
///
/// `y_v = mean over edges u –r→ v and v itself of (x_u − (w_r · x_u) w_r)`. Each relation, and the edge
/// to itself, projects with a vector of its own. An entity with more than 64 edges is the mean of 64
/// drawn ones.
public final class MeanAggregator {
    private final NearEdges edges;

    /// Reads a snapshot's facts, each in both directions.
    ///
    /// @param facts what may be looked at
    /// @param entities how many entities get a vector
    /// @param loop the projections' row of an entity's edge to itself
    public MeanAggregator(Facts facts, int entities, int loop, SplittableRandom random) {
        this.edges = NearEdges.draw(facts, entities, loop, random);
    }

    /// {@return how many entities get a vector}
    public int entities() {
        return edges.entities();
    }

    /// Writes the entities' vectors.
    ///
    /// @param rows `x`, `[entities, dim]`
    /// @param projections `w`, `[relations + 1, dim]`
    /// @param out `y`, `[entities, dim]`
    public void aggregate(Table rows, Table projections, Table out, Crew crew) {
        int stride = rows.stride();
        double[] x = rows.values();
        double[] w = projections.values();
        crew.split(entities(), 1, (from, to) -> {
            for (int v = from; v < to; v++) {
                double[] y = out.values();
                int at = v * stride;
                Arrays.fill(y, at, at + stride, 0);
                for (int i = edges.start(v); i < edges.start(v + 1); i++) {
                    int u = edges.neighbour(i) * stride;
                    int r = edges.relation(i) * stride;
                    double along = dot(w, r, x, u, stride);
                    for (int c = 0; c < stride; c++) {
                        y[at + c] += x[u + c] - along * w[r + c];
                    }
                }
                for (int c = at; c < at + stride; c++) {
                    y[c] /= edges.start(v + 1) - edges.start(v);
                }
            }
        });
    }

    /// Adds the gradient by `x` and `w`, given that by `y`.
    ///
    /// Edges are measured entity by entity, then gradients are gathered column by column, in the edges'
    /// order.
    public void addGradient(Table rows, Table projections, Table byOut, Table byRows, Table byProjections, Crew crew) {
        int stride = rows.stride();
        double[] x = rows.values();
        double[] w = projections.values();
        double[] g = byOut.values();
        double[] ofRows = new double[edges.size()]; // w · x
        double[] ofOut = new double[edges.size()]; // w · g
        crew.split(entities(), 1, (from, to) -> {
            for (int v = from; v < to; v++) {
                for (int i = edges.start(v); i < edges.start(v + 1); i++) {
                    ofRows[i] = dot(w, edges.relation(i) * stride, x, edges.neighbour(i) * stride, stride);
                    ofOut[i] = dot(w, edges.relation(i) * stride, g, v * stride, stride);
                }
            }
        });
        crew.split(stride, Table.UNIT, (from, to) -> {
            double[] toRows = byRows.values();
            double[] toProjections = byProjections.values();
            for (int v = 0; v < entities(); v++) {
                double share = 1.0 / (edges.start(v + 1) - edges.start(v));
                int at = v * stride;
                for (int i = edges.start(v); i < edges.start(v + 1); i++) {
                    int u = edges.neighbour(i) * stride;
                    int r = edges.relation(i) * stride;
                    for (int c = from; c < to; c++) {
                        toRows[u + c] += share * (g[at + c] - ofOut[i] * w[r + c]);
                        toProjections[r + c] -= share * (ofRows[i] * g[at + c] + ofOut[i] * x[u + c]);
                    }
                }
            }
        });
    }

    private static double dot(double[] a, int atA, double[] b, int atB, int length) {
        double sum = 0;
        for (int c = 0; c < length; c++) {
            sum += a[atA + c] * b[atB + c];
        }
        return sum;
    }
}
