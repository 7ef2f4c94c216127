package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.embed.Table;
import dev.mokha.knowledge.graph.Incidence;
import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorOperators;
import org.jspecify.annotations.Nullable;

/// LKGE's masked autoencoder over a snapshot's new facts,
/// [Cui et al. 2023, §3.3](https://arxiv.org/abs/2211.15845), with its gradient written out:
///
/// `ê_v = ReLU(mean over edges u –r→ v and v itself of (e_u + r))`,
/// `r̂_q = mean over edges u –q→ v of (e_v − e_u)`, `L = ‖ê − e‖² / entities + ‖r̂ − r‖² / relations`.
///
/// Gradients flow through the reconstruction and through what it is compared with. An entity without an
/// edge is rebuilt from itself alone, a relation without one as zeros. With a past, what was learned counts
/// as so many edges more, which the paper describes: `ê_v = ReLU((N e_old + Σ (e_u + r)) / (N + edges))`.
///
/// All but the ReLU are sums over edges, and the edges' matrix is its own transpose, so the gradient is
/// gathered along the same lists, column by column: no two threads write to the same place, and sums have
/// one order.
public final class Autoencoder implements Penalty {
    private final Incidence edges;
    private final @Nullable Past past;

    /// As the authors' program computes, which never looks at the past.
    ///
    /// @param edges the snapshot's new facts
    public Autoencoder(Incidence edges) {
        this.edges = edges;
        this.past = null;
    }

    /// As the paper describes.
    ///
    /// @param edges the snapshot's new facts
    /// @param past what was learned before
    public Autoencoder(Incidence edges, Past past) {
        this.edges = edges;
        this.past = past;
    }

    /// Writes the reconstruction of all entities and relations.
    public void reconstruct(Vectors at, Vectors rebuilt, Crew crew) {
        Table entities = at.entities();
        Table entitiesOut = rebuilt.entities();
        crew.split(entities.stride(), Table.UNIT, (from, to) -> {
            for (int v = 0; v < edges.entities(); v++) {
                mean(v, at, entitiesOut, from, to);
                rectify(entitiesOut, v, from, to);
            }
            moves(entities, rebuilt.relations(), from, to);
        });
    }

    @Override
    public double addGradient(Vectors at, double weight, Vectors gradient, Crew crew) {
        Table entities = at.entities();
        Table relations = at.relations();
        double[] losses = new double[entities.stride() / Table.UNIT];
        var messages = new Table(entities.rows(), entities.dim());
        var moves = new Table(relations.rows(), relations.dim());
        crew.split(entities.stride(), Table.UNIT, (from, to) -> {
            double ofEntities = 2 * weight / edges.entities();
            double ofRelations = 2 * weight / edges.relations();
            double loss = 0;
            for (int v = 0; v < edges.entities(); v++) {
                mean(v, at, messages, from, to);
                loss += compare(v, entities, messages, ofEntities, gradient.entities(), from, to) / edges.entities();
            }
            moves(entities, moves, from, to);
            for (int q = 0; q < edges.relations(); q++) {
                loss += compareMove(q, relations, moves, ofRelations, gradient.relations(), from, to)
                        / edges.relations();
            }
            for (int v = 0; v < edges.entities(); v++) {
                back(v, messages, moves, gradient, from, to);
            }
            losses[from / Table.UNIT] = loss;
        });
        return Arrays.stream(losses).sum();
    }

    /// How many edges an entity's mean is taken over: those that reach it, itself, and those of the past.
    private double weight(int entity) {
        return edges.degree(entity) + 1 + (past == null ? 0 : past.entityCount(entity));
    }

    private double moveWeight(int relation) {
        return Math.max(1, edges.edges(relation) + (past == null ? 0 : past.relationCount(relation)));
    }

    /// The mean of what reaches an entity, before the ReLU.
    private void mean(int v, Vectors vectors, Table out, int from, int to) {
        Table entities = vectors.entities();
        Table relations = vectors.relations();
        int stride = entities.stride();
        double[] sums = out.values();
        int at = v * stride;
        System.arraycopy(entities.values(), at + from, sums, at + from, to - from);
        for (int i = edges.neighbourStart(v); i < edges.neighbourStart(v + 1); i++) {
            plus(sums, at, entities.values(), edges.neighbour(i) * stride, 1, from, to);
        }
        for (int i = edges.relationStart(v); i < edges.relationStart(v + 1); i++) {
            plus(sums, at, relations.values(), edges.relation(i) * stride, edges.count(i), from, to);
        }
        if (past != null && v < past.vectors().entities().rows()) {
            plus(sums, at, past.vectors().entities().values(), at, past.entityCount(v), from, to);
        }
        times(sums, at, 1 / weight(v), from, to);
    }

    private static void rectify(Table table, int row, int from, int to) {
        int at = row * table.stride();
        for (int c = at + from; c < at + to; c += Table.UNIT) {
            DoubleVector.fromArray(DoubleVector.SPECIES_512, table.values(), c)
                    .max(0)
                    .intoArray(table.values(), c);
        }
    }

    /// What relations move by, `r̂`.
    private void moves(Table entities, Table out, int from, int to) {
        int stride = entities.stride();
        double[] sums = out.values();
        for (int q = 0; q < edges.relations(); q++) {
            Arrays.fill(sums, q * stride + from, q * stride + to, 0);
        }
        for (int v = 0; v < edges.entities(); v++) {
            for (int i = edges.relationStart(v); i < edges.relationStart(v + 1); i++) {
                int q = edges.relation(i);
                int sign = (q & 1) == 0 ? 1 : -1; // reached by the inverse: begins the edge
                plus(sums, (q & ~1) * stride, entities.values(), v * stride, sign * edges.count(i), from, to);
            }
        }
        for (int q = 0; q < edges.relations(); q += 2) {
            plus(sums, (q + 1) * stride, sums, q * stride, -1, from, to);
        }
        for (int q = 0; q < edges.relations(); q++) {
            if (past != null && q < past.vectors().relations().rows()) {
                plus(
                        sums,
                        q * stride,
                        past.vectors().relations().values(),
                        q * stride,
                        past.relationCount(q),
                        from,
                        to);
            }
            times(sums, q * stride, 1 / moveWeight(q), from, to);
        }
    }

    /// Adds up an entity's error, gives its target's gradient, and leaves in place of the mean what goes
    /// back along each edge.
    private double compare(int v, Table entities, Table means, double weight, Table gradient, int from, int to) {
        int at = v * entities.stride();
        double along = weight / weight(v);
        double[] x = entities.values();
        double[] mean = means.values();
        double loss = 0;
        for (int c = at + from; c < at + to; c++) {
            double error = Math.max(mean[c], 0) - x[c];
            loss += error * error;
            gradient.values()[c] -= weight * error;
            mean[c] = mean[c] > 0 ? along * error : 0;
        }
        return loss;
    }

    private double compareMove(int q, Table relations, Table moves, double weight, Table gradient, int from, int to) {
        int at = q * relations.stride();
        double along = weight / moveWeight(q);
        double loss = 0;
        for (int c = at + from; c < at + to; c++) {
            double error = moves.values()[c] - relations.values()[c];
            loss += error * error;
            gradient.values()[c] -= weight * error;
            moves.values()[c] = along * error;
        }
        return loss;
    }

    private void back(int v, Table messages, Table moves, Vectors gradient, int from, int to) {
        int stride = messages.stride();
        double[] sums = gradient.entities().values();
        int at = v * stride;
        plus(sums, at, messages.values(), at, 1, from, to);
        for (int i = edges.neighbourStart(v); i < edges.neighbourStart(v + 1); i++) {
            plus(sums, at, messages.values(), edges.neighbour(i) * stride, 1, from, to);
        }
        for (int i = edges.relationStart(v); i < edges.relationStart(v + 1); i++) {
            int q = edges.relation(i) * stride;
            int inverse = (edges.relation(i) ^ 1) * stride;
            plus(gradient.relations().values(), q, messages.values(), at, edges.count(i), from, to);
            plus(sums, at, moves.values(), q, edges.count(i), from, to);
            plus(sums, at, moves.values(), inverse, -edges.count(i), from, to);
        }
    }

    private static void plus(double[] sums, int at, double[] x, int atX, double times, int from, int to) {
        for (int c = from; c < to; c += Table.UNIT) {
            DoubleVector.fromArray(DoubleVector.SPECIES_512, x, atX + c)
                    .lanewise(
                            VectorOperators.FMA, times, DoubleVector.fromArray(DoubleVector.SPECIES_512, sums, at + c))
                    .intoArray(sums, at + c);
        }
    }

    private static void times(double[] sums, int at, double factor, int from, int to) {
        for (int c = at + from; c < at + to; c += Table.UNIT) {
            DoubleVector.fromArray(DoubleVector.SPECIES_512, sums, c)
                    .mul(factor)
                    .intoArray(sums, c);
        }
    }
}
