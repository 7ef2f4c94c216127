package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.embed.Batch;
import dev.mokha.knowledge.embed.Crew;
import java.util.ArrayList;
import java.util.List;

/// What is minimised in a snapshot, the loss of facts and a method's penalties `L = L_new + Σ weight ·
/// penalty`, and its gradient over the whole tables.
public final class Objective {
    private final FactLoss fresh;
    private final List<Penalty.Weighted> penalties;
    private final Crew crew;

    /// @param fresh the loss of facts
    public Objective(FactLoss fresh, List<Penalty.Weighted> penalties, Crew crew) {
        this.fresh = fresh;
        this.penalties = List.copyOf(penalties);
        this.crew = crew;
    }

    /// The parts of a loss.
    ///
    /// @param penalties each before its weight
    /// @param total the weighted sum
    public record Terms(double fresh, List<Double> penalties, double total) {}

    /// {@return a batch's loss}, after writing its gradient.
    ///
    /// @param at the vectors as they are
    public Terms of(Vectors at, Batch batch, Vectors gradient) {
        gradient.clear(crew);
        double loss = fresh.addGradient(at, batch, gradient);
        double total = loss;
        List<Double> terms = new ArrayList<>();
        for (Penalty.Weighted term : penalties) {
            double value = term.penalty().addGradient(at, term.weight(), gradient, crew);
            terms.add(value);
            total += term.weight() * value;
        }
        return new Terms(loss, terms, total);
    }
}
