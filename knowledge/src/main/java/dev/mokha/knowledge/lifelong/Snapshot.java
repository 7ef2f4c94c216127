package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.graph.Answers;
import dev.mokha.knowledge.graph.Facts;

/// One part of a graph that grows: what is new, and how large the graph is by then.
///
/// @param number from 0
/// @param train new facts to learn from
/// @param valid new facts to choose a model by
/// @param test new facts to judge it by
/// @param known the answers of all facts so far, these included
/// @param entities how many entities there are by now
/// @param relations how many relations, inverses counted
public record Snapshot(int number, Facts train, Facts valid, Facts test, Answers known, int entities, int relations) {}
