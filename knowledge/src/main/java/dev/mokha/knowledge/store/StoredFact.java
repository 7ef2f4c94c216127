package dev.mokha.knowledge.store;

import dev.mokha.knowledge.triples.Fact;
import dev.mokha.knowledge.triples.Split;

/// A fact that holds, and where it came from.
///
/// @param since the number of the snapshot that brought it
/// @param line of the file, 0 where the format does not tell
public record StoredFact(Fact fact, Split split, int since, String file, long line) {}
