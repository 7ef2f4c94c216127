package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.embed.Crew;

/// A new model for each snapshot, of its new facts alone: entities without a new fact stay as they were
/// drawn. What the others are compared with from below.
public record SnapshotOnly() implements Method {

    @Override
    public String name() {
        return "snapshot";
    }

    @Override
    public Vectors open(State state, Snapshot snapshot, Vectors random, Mode mode, Crew crew) {
        return random;
    }

    @Override
    public Lesson begin(Assignment assignment) {
        return new NewFacts(assignment);
    }
}
