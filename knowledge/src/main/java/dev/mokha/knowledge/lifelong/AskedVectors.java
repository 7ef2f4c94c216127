package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.rank.AskedRanker;

/// Entities' vectors where they depend on the relation that a question asks for.
public interface AskedVectors extends AskedRanker.Tables {
    /// {@return one entity's vector in questions that ask for a relation, `[dim]`}
    double[] entity(int entity, int relation);
}
