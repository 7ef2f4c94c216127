package dev.mokha.knowledge.query;

import java.util.Optional;
import java.util.OptionalDouble;

/// Scores of facts read in both directions.
///
/// @param vectors what the model learned
record BothWays(StoredVectors vectors) {
    /// {@return the mean of a fact's score and that of its inverse; empty where the model never met a part
    /// of it}
    OptionalDouble score(int head, int relation, int tail) {
        Optional<double[]> h = vectors.entity(head);
        Optional<double[]> t = vectors.entity(tail);
        Optional<double[]> forward = vectors.relation(2 * relation);
        Optional<double[]> inverse = vectors.relation(2 * relation + 1);
        if (h.isEmpty() || t.isEmpty() || forward.isEmpty() || inverse.isEmpty()) {
            return OptionalDouble.empty();
        }
        PlainScorer scorer = vectors.plainScorer();
        return OptionalDouble.of(
                (scorer.score(h.get(), forward.get(), t.get()) + scorer.score(t.get(), inverse.get(), h.get())) / 2);
    }
}
