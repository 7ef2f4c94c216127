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
    private static final int MOST = 64;

    private final int[] starts; // of an entity's edges; one more at the end
    private final int[] neighbours;
    private final int[] relations; // row of the projections
    private final int entities;

    /// Reads a snapshot's facts, each in both directions.
    ///
    /// @param facts what may be looked at
    /// @param entities how many entities get a vector
    /// @param loop the projections' row of an entity's edge to itself
    public MeanAggregator(Facts facts, int entities, int loop, SplittableRandom random) {
        Facts edges = facts.withInverses();
        int[] at = new int[entities + 1];
        for (int i = 0; i < edges.size(); i++) {
            at[edges.object(i) + 1]++;
        }
        for (int e = 0; e < entities; e++) {
            at[e + 1] += at[e] + 1; // one place for the edge to itself
        }
        int[] all = new int[edges.size() + entities]; // numbers of edges; −1 for that to itself
        int[] next = at.clone();
        for (int i = 0; i < edges.size(); i++) {
            all[next[edges.object(i)]++] = i;
        }
        this.entities = entities;
        this.starts = new int[entities + 1];
        this.neighbours = new int[all.length];
        this.relations = new int[all.length];
        int kept = 0;
        for (int e = 0; e < entities; e++) {
            all[at[e + 1] - 1] = -1;
            int size = at[e + 1] - at[e];
            draw(all, at[e], size, random);
            for (int i = at[e]; i < at[e] + Math.min(MOST, size); i++) {
                neighbours[kept] = all[i] < 0 ? e : edges.subject(all[i]);
                relations[kept++] = all[i] < 0 ? loop : edges.relation(all[i]);
            }
            starts[e + 1] = kept;
        }
    }

    /// Brings 64 drawn edges to the front where there are more.
    private static void draw(int[] edges, int from, int size, SplittableRandom random) {
        for (int i = 0; size > MOST && i < MOST; i++) {
            int j = i + random.nextInt(size - i);
            int other = edges[from + j];
            edges[from + j] = edges[from + i];
            edges[from + i] = other;
        }
    }

    /// {@return how many entities get a vector}
    public int entities() {
        return entities;
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
        crew.split(entities, 1, (from, to) -> {
            for (int v = from; v < to; v++) {
                double[] y = out.values();
                int at = v * stride;
                Arrays.fill(y, at, at + stride, 0);
                for (int i = starts[v]; i < starts[v + 1]; i++) {
                    int u = neighbours[i] * stride;
                    int r = relations[i] * stride;
                    double along = dot(w, r, x, u, stride);
                    for (int c = 0; c < stride; c++) {
                        y[at + c] += x[u + c] - along * w[r + c];
                    }
                }
                for (int c = at; c < at + stride; c++) {
                    y[c] /= starts[v + 1] - starts[v];
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
        double[] ofRows = new double[starts[entities]]; // w · x
        double[] ofOut = new double[starts[entities]]; // w · g
        crew.split(entities, 1, (from, to) -> {
            for (int v = from; v < to; v++) {
                for (int i = starts[v]; i < starts[v + 1]; i++) {
                    ofRows[i] = dot(w, relations[i] * stride, x, neighbours[i] * stride, stride);
                    ofOut[i] = dot(w, relations[i] * stride, g, v * stride, stride);
                }
            }
        });
        crew.split(stride, Table.UNIT, (from, to) -> {
            double[] toRows = byRows.values();
            double[] toProjections = byProjections.values();
            for (int v = 0; v < entities; v++) {
                double share = 1.0 / (starts[v + 1] - starts[v]);
                int at = v * stride;
                for (int i = starts[v]; i < starts[v + 1]; i++) {
                    int u = neighbours[i] * stride;
                    int r = relations[i] * stride;
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
