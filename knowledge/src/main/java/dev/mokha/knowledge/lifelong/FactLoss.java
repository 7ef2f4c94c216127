package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.embed.Batch;
import dev.mokha.knowledge.embed.TranslationLoss;

/// The loss of a batch's facts, by the tables that are learned. What facts are measured with need not be
/// these tables' rows.
@FunctionalInterface
public interface FactLoss {
    /// {@return a batch's loss}, after adding its gradient.
    ///
    /// @param at the vectors as they are
    double addGradient(Vectors at, Batch batch, Vectors gradient);

    /// {@return the loss that measures facts with the tables' own rows}
    static FactLoss ofRows(TranslationLoss loss) {
        return (at, batch, gradient) -> {
            double value = loss.of(at.entities(), at.relations(), batch);
            loss.addTo(gradient.entities(), gradient.relations());
            return value;
        };
    }
}
