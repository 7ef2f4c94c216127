package dev.mokha.knowledge.lifelong;

import static dev.mokha.knowledge.lifelong.EdgeSums.COLUMNS;
import static dev.mokha.knowledge.lifelong.EdgeSums.vector;

import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.embed.Lanes;
import dev.mokha.knowledge.embed.Table;
import dev.mokha.knowledge.graph.Incidence;
import dev.mokha.knowledge.lifelong.EdgeSums.Columns;
import dev.mokha.knowledge.lifelong.EdgeSums.Sides;
import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorOperators;
import org.jspecify.annotations.Nullable;

/// LKGE's masked autoencoder over a snapshot's new facts, [Cui et al. 2023,
/// §3.3](https://arxiv.org/abs/2211.15845), with its gradient written out:
///
/// `ê_v = ReLU(mean over edges u –r→ v and v itself of (e_u + r))`,
/// `r̂_q = mean over edges u –q→ v of (e_v − e_u)`, `L = ‖ê − e‖² / entities + ‖r̂ − r‖² / relations`.
///
/// Gradients flow through the reconstruction and through what it is compared with. An entity without an
/// edge is rebuilt from itself alone, a relation without one as zeros. With a past, what was learned counts
/// as so many edges more, which the paper describes: `ê_v = ReLU((N e_old + Σ (e_u + r)) / (N + edges))`.
///
/// All but the ReLU are sums over edges, and the edges' matrix is its own transpose, so the gradient is
/// gathered by the same [EdgeSums], some columns at a time: no two threads write to the same place, and the
/// sums of a column have one order.
public final class Autoencoder implements Penalty {
    private final Incidence edges;
    private final @Nullable Past past;
    private final EdgeSums sums;
    private final ConcurrentLinkedQueue<Block> blocks = new ConcurrentLinkedQueue<>(); // those nobody works on

    /// As the authors' program computes, which never looks at the past.
    ///
    /// @param edges the snapshot's new facts
    public Autoencoder(Incidence edges) {
        this.edges = edges;
        this.past = null;
        this.sums = new EdgeSums(edges);
    }

    /// As the paper describes.
    ///
    /// @param edges the snapshot's new facts
    /// @param past what was learned before
    public Autoencoder(Incidence edges, Past past) {
        this.edges = edges;
        this.past = past;
        this.sums = new EdgeSums(edges);
    }

    /// Writes the reconstruction of all entities and relations.
    public void reconstruct(Vectors at, Vectors rebuilt, Crew crew) {
        each(at.entities().stride(), crew, (block, from, to) -> {
            block.forward(at, from, to);
            block.rectify();
            block.means.copyTo(rebuilt.entities(), from, to);
            block.moves.copyTo(rebuilt.relations(), from, to);
        });
    }

    @Override
    public double addGradient(Vectors at, double weight, Vectors gradient, Crew crew) {
        double[] ofEntities = new double[at.entities().stride() + COLUMNS]; // of each column
        double[] ofRelations = new double[at.entities().stride() + COLUMNS];
        each(at.entities().stride(), crew, (block, from, to) -> {
            block.forward(at, from, to);
            block.compare(weight, ofEntities, from);
            block.compareMoves(weight, ofRelations, from);
            block.back();
            block.entities.addTo(gradient.entities(), from, to);
            block.relations.addTo(gradient.relations(), from, to);
        });
        return Arrays.stream(ofEntities).sum() / edges.entities()
                + Arrays.stream(ofRelations).sum() / edges.relations();
    }

    @FunctionalInterface
    private interface Work {
        void columns(Block block, int from, int to);
    }

    private void each(int stride, Crew crew, Work work) {
        crew.split(stride, COLUMNS, (first, end) -> {
            Block free = blocks.poll();
            Block block = free == null ? new Block() : free;
            for (int from = first; from < end; from += COLUMNS) {
                work.columns(block, from, Math.min(end, from + COLUMNS));
            }
            blocks.add(block);
        });
    }

    /// How many edges an entity's mean is taken over: those that reach it, itself, and those of the past.
    private double weight(int entity) {
        return edges.degree(entity) + 1 + (past == null ? 0 : past.entityCount(entity));
    }

    private double moveWeight(int relation) {
        return Math.max(1, edges.edges(relation) + (past == null ? 0 : past.relationCount(relation)));
    }

    /// Some columns of all tables: of the vectors, later of their gradients; of the means, later of what
    /// goes back along each edge.
    private final class Block {
        private final Columns entities = new Columns(edges.entities());
        private final Columns relations = new Columns(edges.relations());
        private final Columns means = new Columns(edges.entities());
        private final Columns moves = new Columns(edges.relations());

        /// Writes the means of what reaches entities, before the ReLU, and what relations move by, `r̂`.
        void forward(Vectors at, int from, int to) {
            entities.copyFrom(at.entities(), from, to);
            relations.copyFrom(at.relations(), from, to);
            means.clear();
            moves.clear();
            sums.add(new Sides(entities, relations), new Sides(means, moves));
            for (int v = 0; v < edges.entities(); v++) {
                if (past != null && v < past.vectors().entities().rows()) {
                    plus(means, past.vectors().entities(), v, past.entityCount(v), from, to);
                }
                times(means, v, 1 / weight(v));
            }
            for (int q = 0; q < edges.relations(); q += 2) {
                move(q, from, to);
            }
        }

        /// Of a relation and its inverse: ends less beginnings of their edges.
        private void move(int q, int from, int to) {
            int there = moves.at(q);
            int back = moves.at(q + 1);
            for (int c = 0; c < COLUMNS; c += Lanes.WIDTH) {
                var way = vector(moves.values, there + c).sub(vector(moves.values, back + c));
                way.intoArray(moves.values, there + c);
                way.neg().intoArray(moves.values, back + c);
            }
            for (int each = q; each <= q + 1; each++) {
                if (past != null && each < past.vectors().relations().rows()) {
                    plus(moves, past.vectors().relations(), each, past.relationCount(each), from, to);
                }
                times(moves, each, 1 / moveWeight(each));
            }
        }

        void rectify() {
            for (int v = 0; v < edges.entities(); v++) {
                int at = means.at(v);
                for (int c = at; c < at + COLUMNS; c += Lanes.WIDTH) {
                    vector(means.values, c).max(0).intoArray(means.values, c);
                }
            }
        }

        /// Adds up the entities' errors; leaves their own gradients in place of the vectors, and in place
        /// of the means what goes back along each edge.
        void compare(double weight, double[] losses, int from) {
            double own = 2 * weight / edges.entities();
            for (int v = 0; v < edges.entities(); v++) {
                double along = own / weight(v);
                int at = means.at(v);
                for (int c = 0; c < COLUMNS; c += Lanes.WIDTH) {
                    var mean = vector(means.values, at + c);
                    var error = mean.max(0).sub(vector(entities.values, at + c));
                    error.fma(error, vector(losses, from + c)).intoArray(losses, from + c);
                    error.mul(-own).intoArray(entities.values, at + c);
                    DoubleVector.zero(Lanes.WIDE)
                            .blend(error.mul(along), mean.compare(VectorOperators.GT, 0))
                            .intoArray(means.values, at + c);
                }
            }
        }

        /// The same of relations. What goes back to an entity that a relation reaches is what goes back
        /// from the relation less what goes back from its inverse.
        void compareMoves(double weight, double[] losses, int from) {
            double own = 2 * weight / edges.relations();
            double[] r = relations.values;
            for (int q = 0; q < edges.relations(); q += 2) {
                double along = own / moveWeight(q);
                double alongInverse = own / moveWeight(q + 1);
                int there = moves.at(q);
                int back = moves.at(q + 1);
                for (int c = 0; c < COLUMNS; c += Lanes.WIDTH) {
                    var error = vector(moves.values, there + c).sub(vector(r, there + c));
                    var inverse = vector(moves.values, back + c).sub(vector(r, back + c));
                    error.fma(error, inverse.fma(inverse, vector(losses, from + c)))
                            .intoArray(losses, from + c);
                    error.mul(-own).intoArray(r, there + c);
                    inverse.mul(-own).intoArray(r, back + c);
                    var way = error.mul(along).sub(inverse.mul(alongInverse));
                    way.intoArray(moves.values, there + c);
                    way.neg().intoArray(moves.values, back + c);
                }
            }
        }

        /// Adds what comes back along edges to the gradients.
        void back() {
            sums.add(new Sides(means, moves), new Sides(entities, relations));
        }

        private static void plus(Columns sums, Table more, int row, double times, int from, int to) {
            for (int c = from; c < to; c += Lanes.WIDTH) {
                int at = sums.at(row) + c - from;
                vector(more.values(), row * more.stride() + c)
                        .mul(times)
                        .add(vector(sums.values, at))
                        .intoArray(sums.values, at);
            }
        }

        private static void times(Columns sums, int row, double factor) {
            int at = sums.at(row);
            for (int c = at; c < at + COLUMNS; c += Lanes.WIDTH) {
                vector(sums.values, c).mul(factor).intoArray(sums.values, c);
            }
        }
    }
}
