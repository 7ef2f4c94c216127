package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.graph.Facts;
import java.util.List;

/// A new model for each snapshot, of all facts so far, chosen by all validation facts so far. What the
/// others are compared with from above: it forgets nothing, and costs more with each snapshot. All facts
/// are in its state.
public record Retrain() implements Method {
    private static final String TRAIN = "train";
    private static final String VALID = "valid";

    @Override
    public String name() {
        return "retrain";
    }

    @Override
    public Vectors open(State state, Snapshot snapshot, Vectors random, Mode mode, Crew crew) {
        return random;
    }

    @Override
    public Lesson begin(Assignment assignment) {
        State state = assignment.state();
        Snapshot snapshot = assignment.snapshot();
        return new Learning(
                assignment,
                Facts.join(List.of(state.facts(TRAIN), snapshot.train())),
                Facts.join(List.of(state.facts(VALID), snapshot.valid())));
    }

    /// @param facts all so far
    /// @param valid all so far
    private record Learning(Assignment assignment, Facts facts, Facts valid) implements Lesson {

        @Override
        public Vectors start() {
            return assignment.opened();
        }

        @Override
        public Facts train() {
            return facts.withInverses();
        }

        @Override
        public State end(Vectors best) {
            return assignment.state().next(best).with(TRAIN, facts).with(VALID, valid);
        }
    }
}
