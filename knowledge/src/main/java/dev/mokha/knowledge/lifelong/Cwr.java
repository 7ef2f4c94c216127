package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.embed.Table;
import dev.mokha.knowledge.graph.Facts;

/// Copy weights with reinitialisation: each snapshot is learned by a new, temporary model, which is then
/// merged into the consolidated one that answers ([Lomonaco and Maltoni
/// 2017](https://arxiv.org/abs/1705.03550)).
///
/// [Mode#PAPER]: known rows become the mean of both, new ones are the temporary model's.
///
/// [Mode#CODE]: LKGE's program divides `x · x_old + x` by `1 + x_old`, which is `x`: nothing of the old
/// model is left, and the method is [SnapshotOnly].
public record Cwr() implements Method {

    @Override
    public String name() {
        return "cwr";
    }

    @Override
    public Lesson begin(Assignment assignment) {
        Vectors opened = assignment.opened();
        Vectors temporary = Vectors.xavier(
                opened.entities().rows(),
                opened.relations().rows(),
                opened.entities().dim(),
                assignment.random());
        return new Learning(assignment, temporary);
    }

    private record Learning(Assignment assignment, Vectors start) implements Lesson {

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
            State state = assignment.state();
            if (assignment.training().mode() == Mode.PAPER) {
                Vectors old = state.vectors();
                average(best.entities(), old.entities());
                average(best.relations(), old.relations());
            }
            return state.next(best);
        }

        private static void average(Table temporary, Table consolidated) {
            double[] x = temporary.values();
            for (int i = 0; i < consolidated.values().length; i++) {
                x[i] = (x[i] + consolidated.values()[i]) / 2;
            }
        }
    }
}
