package dev.mokha.knowledge.rank;

import dev.mokha.knowledge.graph.Answers;
import dev.mokha.knowledge.graph.Facts;

/// Ranks the right answer of each query among the entities.
public interface Ranker {
    /// Ranks each query's object among the first `candidates` entities by how well they fit the query's subject
    /// and relation. Known answers other than the query's own are left out.
    ///
    /// Queries in both directions: [Facts#withInverses()].
    ///
    /// @param candidates how many entities are looked at, ids from 0: a snapshot's, or all that there are now
    /// @throws IllegalArgumentException where an answer is not among the candidates
    Ranking rank(Facts queries, Answers known, int candidates);
}
