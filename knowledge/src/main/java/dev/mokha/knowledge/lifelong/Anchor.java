package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.embed.Table;
import dev.mokha.knowledge.graph.Incidence;

/// LKGE's regulariser, [Cui et al. 2023, §3.5](https://arxiv.org/abs/2211.15845): known rows are held where
/// they were learned, the more of an entity's facts are old the firmer.
///
/// `Σ_x w(x) ‖x − x_old‖²` with `ω = N_old / (N_old + N_new)`; `w` is `ω²` in [Mode#CODE], `ω` in [Mode#PAPER].
public final class Anchor {
    private final Past past;
    private final double[] ofEntities;
    private final double[] ofRelations;

    /// @param edges the snapshot's new facts
    public Anchor(Past past, Incidence edges, Mode mode) {
        this.past = past;
        this.ofEntities = new double[past.entities().rows()];
        for (int e = 0; e < ofEntities.length; e++) {
            ofEntities[e] = firmness(past.entityCount(e), edges.degree(e) + 1, mode);
        }
        this.ofRelations = new double[past.relations().rows()];
        for (int q = 0; q < ofRelations.length; q++) {
            ofRelations[q] = firmness(past.relationCount(q), edges.edges(q) + 1, mode);
        }
    }

    private static double firmness(double before, double now, Mode mode) {
        double share = before / (before + now);
        return mode == Mode.CODE ? share * share : share;
    }

    /// {@return the loss}, after adding its gradient, times a weight, to gradients.
    public double addGradient(
            Table entities, Table relations, double weight, Table entityGradient, Table relationGradient, Crew crew) {
        return add(entities, past.entities(), ofEntities, weight, entityGradient, crew)
                + add(relations, past.relations(), ofRelations, weight, relationGradient, crew);
    }

    private static double add(Table now, Table before, double[] firmness, double weight, Table gradient, Crew crew) {
        double[] losses = new double[before.rows()];
        crew.split(before.rows(), 1, (from, to) -> {
            int stride = now.stride();
            for (int row = from; row < to; row++) {
                double pull = 2 * weight * firmness[row];
                double sum = 0;
                for (int c = row * stride; c < (row + 1) * stride; c++) {
                    double away = now.values()[c] - before.values()[c];
                    sum += away * away;
                    gradient.values()[c] += pull * away;
                }
                losses[row] = firmness[row] * sum;
            }
        });
        double sum = 0;
        for (double loss : losses) {
            sum += loss;
        }
        return sum;
    }
}
