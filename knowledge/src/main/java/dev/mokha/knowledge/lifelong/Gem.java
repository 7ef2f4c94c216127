package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.embed.Batch;
import dev.mokha.knowledge.embed.TranslationLoss;
import dev.mokha.knowledge.graph.Facts;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Gradient episodic memory: a step that would raise the loss of remembered facts of an earlier snapshot is
/// turned until it raises none ([Lopez-Paz and Ranzato 2017](https://arxiv.org/abs/1706.08840)), see
/// [Cone].
///
/// [Mode#PAPER]: the memory is divided equally among the snapshots before, each of which is one constraint;
/// a remembered fact is seen in one of its two directions at each step. A step costs as much more as the
/// memory is larger than a batch, and one gradient's space for each snapshot before.
///
/// [Mode#CODE]: LKGE's program compares the memory's gradient, of one fact by a slip, with a gradient of 0
/// that it has not computed yet, so it never turns a step: [FineTune].
///
/// @param memory how many facts are remembered; LKGE's program has 5,000
/// @param margin γ, how far a step is turned at least; LKGE's program has 0.5
public record Gem(int memory, double margin) implements Method {
    private static final String MEMORY = "memory.";

    public Gem {
        Stopping.require(memory, "memory");
        if (!(margin >= 0)) {
            throw new IllegalArgumentException("margin is not below 0, as " + margin);
        }
    }

    @Override
    public String name() {
        return "gem";
    }

    @Override
    public Lesson begin(Assignment assignment) {
        return assignment.training().mode() == Mode.CODE ? new NewFacts(assignment) : new Learning(this, assignment);
    }

    private static final class Learning implements Lesson {
        private final Gem method;
        private final Assignment assignment;
        private final NewFacts facts;
        private final TranslationLoss loss;
        private final Batch batch;
        private final List<Facts> memories = new ArrayList<>();
        private final List<Vectors> gradients = new ArrayList<>();

        Learning(Gem method, Assignment assignment) {
            this.method = method;
            this.assignment = assignment;
            this.facts = new NewFacts(assignment);
            this.loss = assignment.loss();
            this.batch = new Batch(0, assignment.training().negatives());
            for (int past = 0; past < assignment.state().snapshots(); past++) {
                Facts memory = assignment.state().facts(MEMORY + past);
                if (memory.size() > 0) {
                    memories.add(memory);
                    gradients.add(assignment.opened().zeros());
                }
            }
        }

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
            if (memories.isEmpty()) {
                return;
            }
            for (int past = 0; past < memories.size(); past++) {
                Vectors gradient = gradients.get(past);
                batch.clear();
                Memory.replay(Memory.eitherWay(memories.get(past), random), batch, assignment.below(), random);
                gradient.clear(assignment.crew());
                loss.of(step.at().entities(), step.at().relations(), batch);
                loss.addTo(gradient.entities(), gradient.relations());
            }
            Cone.project(step.gradient(), gradients, method.margin, assignment.crew());
        }

        @Override
        public State end(Vectors best) {
            State state = facts.end(best);
            int share = Math.max(1, method.memory / state.snapshots());
            int last = state.snapshots() - 1;
            for (int past = 0; past < last; past++) {
                state = state.with(
                        MEMORY + past, Memory.first(assignment.state().facts(MEMORY + past), share));
            }
            Facts fresh = Memory.sample(assignment.snapshot().train(), share, assignment.random());
            return state.with(MEMORY + last, fresh);
        }
    }
}
