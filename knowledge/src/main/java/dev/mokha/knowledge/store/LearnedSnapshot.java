package dev.mokha.knowledge.store;

/// What it took a model to learn one snapshot.
///
/// @param facts from how many it learned
/// @param newEntities how many it had not known
/// @param entities how many it worked with: the new ones, those beside them, and those drawn
/// @param epochs passes over the facts
/// @param seconds from reading what it needs to having written what it learned, tests left out
/// @param bytes the most that the process held in memory at once
public record LearnedSnapshot(
        int snapshot, long facts, int newEntities, int entities, int epochs, double seconds, long bytes) {}
