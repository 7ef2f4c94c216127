package dev.mokha.knowledge.store;

import dev.mokha.knowledge.triples.Split;
import dev.mokha.knowledge.triples.Triples;

/// What one snapshot changed, by numbers: what a model that knows the graph before it has to learn.
///
/// @param entities how many there are with this snapshot; those from `entitiesBefore` on are new
/// @param relations likewise
public record Delta(
        int snapshot,
        Triples train,
        Triples valid,
        Triples test,
        Triples removed,
        int entitiesBefore,
        int entities,
        int relationsBefore,
        int relations) {

    /// {@return the facts that it brought for this use}
    public Triples added(Split split) {
        return switch (split) {
            case TRAIN -> train;
            case VALID -> valid;
            case TEST -> test;
        };
    }
}
