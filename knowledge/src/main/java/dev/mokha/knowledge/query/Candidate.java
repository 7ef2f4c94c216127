package dev.mokha.knowledge.query;

import java.util.OptionalDouble;

/// An entity that may answer a question.
///
/// @param score the model's: higher is better
/// @param probability as calibrated; empty where the model is not
/// @param known whether the graph has the fact
public record Candidate(String name, double score, OptionalDouble probability, boolean known) {}
