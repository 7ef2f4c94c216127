package dev.mokha.knowledge.link;

import dev.mokha.tensor.Tensor;

/// How well facts fit, from vectors of their parts; higher is better.
///
/// Every scorer here goes through a *question*: a vector made of subject and relation, with which any
/// candidate object is then compared. Subjects are asked for by a relation's inverse, which has a vector of
/// its own.
///
/// Vectors are rows of two tables, `[entities, entityWidth]` and `[relations, relationWidth]`, widths as
/// [ScorerConfig] gives them.
public sealed interface Scorer permits TransE, DistMult, ComplEx, RotatE, TuckER {
    /// The questions that pairs of a subject and a relation ask.
    ///
    /// @param subjects `[questions, entityWidth]`
    /// @param relations `[questions, relationWidth]`
    /// @return `[questions, entityWidth]`
    Tensor ask(Tensor subjects, Tensor relations);

    /// How well each question's own candidates answer it.
    ///
    /// @param questions `[questions, entityWidth]`
    /// @param candidates `[questions, candidates, entityWidth]`
    /// @return `[questions, candidates]`
    Tensor fit(Tensor questions, Tensor candidates);

    /// How well all entities answer every question (1-to-N): one matrix product where the score is a dot
    /// product.
    ///
    /// @param questions `[questions, entityWidth]`
    /// @param entities `[entities, entityWidth]`
    /// @return `[questions, entities]`
    Tensor fitAll(Tensor questions, Tensor entities);

    /// How well all relations fit pairs of a subject and an object: what
    /// [Chen et al. 2021](https://arxiv.org/abs/2110.02834) train beside the objects.
    ///
    /// @param pairs the subjects and objects
    /// @param relations `[relations, relationWidth]`
    /// @return `[pairs, relations]`
    /// @throws UnsupportedOperationException by TuckER, whose batch normalisation stands between relation
    ///     and score
    Tensor fitRelations(Pairs pairs, Tensor relations);

    /// {@return whether a fit is the dot product of question and candidate, so that [#fitAll] is one
    /// product}
    default boolean isProduct() {
        return true;
    }

    /// {@return the sizes of the numbers of entities, of which regularisers take powers: of complex ones
    /// their moduli}
    ///
    /// @param entities `[rows, entityWidth]`
    default Tensor entitySizes(Tensor entities) {
        return entities.abs();
    }

    /// {@return the sizes of the numbers of relations; nothing, `[rows, 0]`, where they have none to keep
    /// small}
    ///
    /// @param relations `[rows, relationWidth]`
    default Tensor relationSizes(Tensor relations) {
        return relations.abs();
    }

    /// Brings the tables back to where the paper keeps them; called before each batch.
    ///
    /// @param entities `[entities, entityWidth]`
    default void project(Tensor entities) {}

    /// Vectors of subjects and of the objects beside them, both `[pairs, entityWidth]`.
    record Pairs(Tensor subjects, Tensor objects) {}
}
