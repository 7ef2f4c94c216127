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
        OptionalDouble forward = one(head, 2 * relation, tail);
        OptionalDouble inverse = one(tail, 2 * relation + 1, head);
        return forward.isEmpty() || inverse.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of((forward.getAsDouble() + inverse.getAsDouble()) / 2);
    }

    private OptionalDouble one(int subject, int relation, int object) {
        Optional<double[]> s = vectors.entity(subject, relation);
        Optional<double[]> r = vectors.relation(relation);
        Optional<double[]> o = vectors.entity(object, relation);
        return s.isEmpty() || r.isEmpty() || o.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(vectors.plainScorer().score(s.get(), r.get(), o.get()));
    }
}
