package dev.mokha.knowledge.store;

import java.time.Instant;

/// One state of the graph: what came and went since the one before.
///
/// @param number counted from 0
/// @param added facts that it brought
/// @param removed facts that hold no more since
/// @param duplicates facts that it was given and that held already
/// @param entities all there are from here on: their numbers are 0 to this
/// @param relations likewise
/// @param hash SHA-256 of the changes by names, in their order
public record Snapshot(
        int number,
        String name,
        Instant time,
        long added,
        long removed,
        long duplicates,
        int entities,
        int relations,
        String hash) {}
