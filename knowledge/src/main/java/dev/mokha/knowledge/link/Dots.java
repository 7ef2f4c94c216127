package dev.mokha.knowledge.link;

import dev.mokha.tensor.Tensor;

/// Dot products of questions with their own candidates.
final class Dots {
    private Dots() {}

    /// `[questions, width]` and `[questions, candidates, width]` to `[questions, candidates]`
    static Tensor fit(Tensor questions, Tensor candidates) {
        return candidates.mul(questions.unsqueeze(1)).sum(-1, false);
    }
}
