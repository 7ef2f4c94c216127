package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.embed.Batch;
import dev.mokha.knowledge.graph.Facts;
import java.util.SplittableRandom;

/// Episodic memory replay: each batch has all remembered facts beside its own, and half of the memory is
/// renewed with each snapshot ([Wang et al. 2019](https://arxiv.org/abs/1903.02588)).
///
/// [Mode#PAPER]: what is replayed is from snapshots before, each time in one of its two directions.
///
/// [Mode#CODE], as LKGE's program: half of the memory is renewed before a snapshot is learned, with its own
/// facts, and facts are replayed as given, never as their inverse.
///
/// @param memory how many facts are remembered; LKGE's program has 5,000
public record Emr(int memory) implements Method {
    private static final String MEMORY = "memory";

    public Emr {
        Stopping.require(memory, "memory");
    }

    @Override
    public String name() {
        return "emr";
    }

    @Override
    public Lesson begin(Assignment assignment) {
        State state = assignment.state();
        Facts renewed =
                Memory.renewed(state.facts(MEMORY), assignment.snapshot().train(), memory, assignment.random());
        boolean first = state.snapshots() == 0;
        boolean code = assignment.training().mode() == Mode.CODE;
        Facts replayed = first ? Facts.NONE : code ? renewed : state.facts(MEMORY);
        return new Learning(assignment, new NewFacts(assignment), replayed, renewed);
    }

    /// @param replayed beside each batch
    /// @param renewed the memory when the snapshot has been learned
    record Learning(Assignment assignment, NewFacts facts, Facts replayed, Facts renewed) implements Lesson {

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
        public void fill(Batch batch, SplittableRandom random) {
            Facts directed = assignment.training().mode() == Mode.CODE ? replayed : Memory.eitherWay(replayed, random);
            Memory.replay(directed, batch, assignment.below(), random);
        }

        @Override
        public State end(Vectors best) {
            return facts.end(best).with(MEMORY, renewed);
        }
    }
}
