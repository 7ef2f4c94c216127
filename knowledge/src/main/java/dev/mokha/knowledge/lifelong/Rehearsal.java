package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.embed.Contrast;
import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.graph.Facts;
import dev.mokha.knowledge.graph.Incidence;
import java.util.List;

/// Mokha's own: LKGE's regulariser and transfer, with self-adversarial negatives, some earlier facts
/// rehearsed, and epochs chosen by all validation so far.
///
/// Parts are [Cui et al. 2023](https://arxiv.org/abs/2211.15845)'s [Anchor] and transfer, the
/// [Contrast.SelfAdversarial] of [Sun et al. 2019](https://arxiv.org/abs/1902.10197), and a memory of
/// uniformly drawn earlier facts that are learned with the new ones. Validation facts of earlier
/// snapshots are remembered too, and an epoch is as good as it is on them and on the new ones together,
/// each part in proportion to what there was: so that one which learns the new by forgetting the old is
/// not chosen.
///
/// @param alpha weight of the regulariser; 0 leaves it out
/// @param transfer whether new rows begin as LKGE's autoencoder rebuilds them from what they stand beside
/// @param memory how many earlier facts are remembered to learn; 0 for none
/// @param judges how many earlier validation facts are remembered; 0 to choose by the new ones alone
/// @param temperature of the negatives
/// @param pace the learning rate of later snapshots, as a share of the first one's
public record Rehearsal(double alpha, boolean transfer, int memory, int judges, double temperature, double pace)
        implements Method {
    private static final String LEARNED = "rehearsal.learned";
    private static final String JUDGES = "rehearsal.judges";

    public Rehearsal {
        if (!(alpha >= 0) || memory < 0 || judges < 0 || !(temperature >= 0) || !(pace > 0)) {
            throw new IllegalArgumentException(
                    "alpha, memory, judges and temperature are not below 0, and pace is above it, not %s, %s, %s, %s, %s"
                            .formatted(alpha, memory, judges, temperature, pace));
        }
    }

    /// Settings chosen by validation figures alone, seed 11: negatives and rate on the first snapshot of
    /// LKGE's set ENTITY, the rest on the first three of FACT.
    public static Rehearsal best() {
        return new Rehearsal(0.001, true, 5000, 10_000, 1, 0.3);
    }

    @Override
    public String name() {
        return "rehearsal";
    }

    @Override
    public Training training(long seed) {
        return new Training(Mode.CODE, 200, 9, 10, 2048, 1e-3, 200, new Stopping(4, Stopping.ALL, 0), seed);
    }

    @Override
    public Vectors open(State state, Snapshot snapshot, Vectors random, Mode mode, Crew crew) {
        return new Lkge(alpha, 0, transfer).open(state, snapshot, random, mode, crew);
    }

    @Override
    public Lesson begin(Assignment assignment) {
        return new Learning(this, assignment);
    }

    private static final class Learning implements Lesson {
        private final Rehearsal method;
        private final Assignment assignment;
        private final Reservoir learned;
        private final Reservoir judges;
        private final Incidence edges;
        private final Past past;

        Learning(Rehearsal method, Assignment assignment) {
            this.method = method;
            this.assignment = assignment;
            this.learned = Reservoir.of(assignment.state(), LEARNED, method.memory);
            this.judges = Reservoir.of(assignment.state(), JUDGES, method.judges);
            this.edges = assignment.edges();
            this.past = Past.of(assignment.state());
        }

        @Override
        public Vectors start() {
            return assignment.opened();
        }

        @Override
        public Facts train() {
            return Facts.join(List.of(assignment.snapshot().train(), learned.facts()))
                    .withInverses();
        }

        @Override
        public Facts valid() {
            return judges.beside(assignment.snapshot().valid());
        }

        @Override
        public Contrast contrast(Training training) {
            return new Contrast.SelfAdversarial(training.margin(), method.temperature);
        }

        @Override
        public Optimizer optimizer(Training training) {
            boolean first = assignment.state().entities() == 0;
            return new AdamOptimizer(start(), first ? training.rate() : method.pace * training.rate());
        }

        @Override
        public List<Penalty.Weighted> penalties() {
            if (method.alpha == 0) {
                return List.of();
            }
            return List.of(new Penalty.Weighted(
                    method.alpha, new Anchor(past, edges, assignment.training().mode())));
        }

        @Override
        public State end(Vectors best) {
            State next = past.after(assignment.state(), best, edges);
            var random = assignment.random();
            next = learned.after(assignment.snapshot().train(), random).into(next, LEARNED);
            return judges.after(assignment.snapshot().valid(), random).into(next, JUDGES);
        }
    }
}
