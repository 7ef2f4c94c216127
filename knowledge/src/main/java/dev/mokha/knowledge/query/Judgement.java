package dev.mokha.knowledge.query;

import dev.mokha.knowledge.triples.Fact;
import java.util.OptionalDouble;

/// What a model thinks of a fact.
///
/// @param fact with full names
/// @param score the mean of both readings, `(head, relation, ?)` and `(?, relation, tail)`: higher is
///     better
/// @param probability as calibrated; empty where the model is not
/// @param holds whether the graph has the fact
public record Judgement(Fact fact, double score, OptionalDouble probability, boolean holds) {}
