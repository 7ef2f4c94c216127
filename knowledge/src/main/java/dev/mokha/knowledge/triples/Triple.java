package dev.mokha.knowledge.triples;

/// A fact by numbers: of its head and tail among the entities, of its relation among the relations.
public record Triple(int head, int relation, int tail) {

    public Triple {
        if (head < 0 || relation < 0 || tail < 0) {
            throw new IllegalArgumentException("the triple (%d, %d, %d) has a negative number; numbers count from 0"
                    .formatted(head, relation, tail));
        }
    }
}
