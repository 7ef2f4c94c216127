package dev.mokha.knowledge.link;

import dev.mokha.tensor.Tensor;

/// What one training step looks at, as ids.
sealed interface LinkBatch {
    /// Facts with wrong objects beside each.
    ///
    /// @param wrong `[facts, k]`
    record Paired(Ids facts, Tensor wrong) implements LinkBatch {}

    /// Questions with all their answers, or with part of them.
    ///
    /// @param subjects `[questions]`
    /// @param relations `[questions]`
    record Asked(Tensor subjects, Tensor relations, Found found) implements LinkBatch {}

    /// Subjects, relations and objects, each `[facts]`.
    record Ids(Tensor subjects, Tensor relations, Tensor objects) {}

    /// Answers of questions, in order of their questions.
    ///
    /// @param questions for each answer the place of its question in the batch, `[facts]`
    /// @param objects `[facts]`
    record Found(Tensor questions, Tensor objects) {}
}
