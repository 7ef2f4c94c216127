package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.embed.Table;
import dev.mokha.knowledge.graph.Facts;
import java.util.Arrays;
import java.util.SplittableRandom;

/// Progressive networks, as they are for a table of vectors: known rows never change again, only new ones
/// are learned ([Rusu et al. 2016](https://arxiv.org/abs/1606.04671); for vectors of a graph [Daruna et al.
/// 2021](https://arxiv.org/abs/2101.05850)).
public record Pnn() implements Method {

    @Override
    public String name() {
        return "pnn";
    }

    @Override
    public Lesson begin(Assignment assignment) {
        return new Learning(assignment, new NewFacts(assignment));
    }

    private record Learning(Assignment assignment, NewFacts facts) implements Lesson {

        @Override
        public Vectors start() {
            return facts.start();
        }

        @Override
        public Facts train() {
            return facts.train();
        }

        @Override
        public Facts valid() {
            return facts.valid();
        }

        @Override
        public void bend(Step step, SplittableRandom random) {
            still(step.gradient().entities(), assignment.state().entities());
            still(step.gradient().relations(), assignment.state().relations());
        }

        /// Adam leaves a row alone that never had a gradient.
        private static void still(Table gradient, int rows) {
            Arrays.fill(gradient.values(), 0, rows * gradient.stride(), 0);
        }

        @Override
        public State end(Vectors best) {
            return facts.end(best);
        }
    }
}
