package dev.mokha.knowledge.query;

/// A fact with one side missing, by names.
public sealed interface Question {
    /// {@return the name of the side that is there}
    String entity();

    /// {@return the name of the relation}
    String relation();

    /// What does a head stand in a relation to: `(head, relation, ?)`.
    record Tails(String head, String relation) implements Question {
        @Override
        public String entity() {
            return head;
        }
    }

    /// What stands in a relation to a tail: `(?, relation, tail)`.
    record Heads(String relation, String tail) implements Question {
        @Override
        public String entity() {
            return tail;
        }
    }
}
