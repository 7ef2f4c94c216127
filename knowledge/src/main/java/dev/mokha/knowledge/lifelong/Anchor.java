package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.embed.Table;
import dev.mokha.knowledge.graph.Incidence;

/// LKGE's regulariser, [Cui et al. 2023, §3.5](https://arxiv.org/abs/2211.15845): known rows are held where
/// they were learned, the more of an entity's facts are old the firmer.
///
/// `Σ_x w(x) ‖x − x_old‖²` with `ω = N_old / (N_old + N_new)`; `w` is `ω²` in [Mode#CODE], `ω` in
/// [Mode#PAPER].
public final class Anchor implements Penalty {
    private final Past past;
    private final double[] ofEntities;
    private final double[] ofRelations;

    /// @param edges the snapshot's new facts
    public Anchor(Past past, Incidence edges, Mode mode) {
        this.past = past;
        this.ofEntities = new double[past.vectors().entities().rows()];
        for (int e = 0; e < ofEntities.length; e++) {
            ofEntities[e] = firmness(past.entityCount(e), edges.degree(e) + 1, mode);
        }
        this.ofRelations = new double[past.vectors().relations().rows()];
        for (int q = 0; q < ofRelations.length; q++) {
            ofRelations[q] = firmness(past.relationCount(q), edges.edges(q) + 1, mode);
        }
    }

    private static double firmness(double before, double now, Mode mode) {
        double share = before / (before + now);
        return mode == Mode.CODE ? share * share : share;
    }

    @Override
    public double addGradient(Vectors at, double weight, Vectors gradient, Crew crew) {
        Vectors before = past.vectors();
        return add(at.entities(), before.entities(), ofEntities, weight, gradient.entities(), crew)
                + add(at.relations(), before.relations(), ofRelations, weight, gradient.relations(), crew);
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
