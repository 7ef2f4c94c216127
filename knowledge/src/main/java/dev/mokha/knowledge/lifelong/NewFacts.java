package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.graph.Facts;

/// A lesson of a snapshot's new facts, in both directions, with nothing beside them.
final class NewFacts implements Lesson {
    private final Assignment assignment;

    NewFacts(Assignment assignment) {
        this.assignment = assignment;
    }

    @Override
    public Vectors start() {
        return assignment.opened();
    }

    @Override
    public Facts train() {
        return assignment.snapshot().train().withInverses();
    }

    @Override
    public Facts valid() {
        return assignment.snapshot().valid();
    }

    @Override
    public State end(Vectors best) {
        return assignment.state().next(best);
    }
}
