package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.embed.Crew;

/// A term that a method adds to the loss of a snapshot's facts.
public interface Penalty {
    /// {@return the term before its weight}, after adding its gradient, times the weight, to a gradient.
    ///
    /// @param at the vectors as they are
    double addGradient(Vectors at, double weight, Vectors gradient, Crew crew);

    /// A term with its weight in the loss.
    record Weighted(double weight, Penalty penalty) {}
}
