package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.embed.Batch;
import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.embed.Table;
import dev.mokha.knowledge.embed.TranslationLoss;
import dev.mokha.knowledge.graph.Facts;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// Elastic weight consolidation: `L = L_new + λ Σ F (x − x_old)²` over known rows, where `F` says how much
/// the loss of what was learned depends on each number ([Kirkpatrick et al.
/// 2017](https://arxiv.org/abs/1612.00796)).
///
/// [Mode#PAPER]: `F` is the mean over a snapshot's facts, in both directions, of the squared gradient of
/// one fact's loss at the vectors that were learned; over snapshots it is averaged.
///
/// [Mode#CODE], as LKGE's program: squared gradients of the whole loss, penalty included, are added up at
/// each step of the training, times the batch's rows, on top of the `F` from before, and already count in
/// the penalty while they are. In the end they are divided by the facts, and `F = (F_sum + F_before · i +
/// 1) / (i + 2)` after snapshot `i`: a slip of precedence for `(i + 1)`, by which each known number is held
/// even where its gradient was 0. A weight for one mode means nothing in the other.
///
/// @param weight λ
public record Ewc(double weight) implements Method {
    static final String FISHER = "fisher";

    public Ewc {
        if (!(weight >= 0)) {
            throw new IllegalArgumentException("weight is not below 0, as " + weight);
        }
    }

    @Override
    public String name() {
        return "ewc";
    }

    @Override
    public Lesson begin(Assignment assignment) {
        return new Learning(weight, assignment);
    }

    private static final class Learning implements Lesson {
        private final double weight;
        private final Assignment assignment;
        private final State state;
        private final Snapshot snapshot;
        private final boolean atEachStep;
        private final Vectors fisher;

        Learning(double weight, Assignment assignment) {
            this.weight = weight;
            this.assignment = assignment;
            this.state = assignment.state();
            this.snapshot = assignment.snapshot();
            this.atEachStep = assignment.training().mode() == Mode.CODE;
            this.fisher = state.tables(FISHER).grown(snapshot.entities(), snapshot.relations());
        }

        @Override
        public Vectors start() {
            return assignment.opened();
        }

        @Override
        public Facts train() {
            return snapshot.train().withInverses();
        }

        @Override
        public Facts valid() {
            return snapshot.valid();
        }

        @Override
        public List<Penalty.Weighted> penalties() {
            return state.snapshots() == 0
                    ? List.of()
                    : List.of(new Penalty.Weighted(weight, new Pull(fisher, state.vectors())));
        }

        @Override
        public void stepped(Step step) {
            if (atEachStep) {
                double rows =
                        (double) step.positives() * (1 + assignment.training().negatives());
                addSquares(step.gradient().entities(), rows, fisher.entities(), assignment.crew());
                addSquares(step.gradient().relations(), rows, fisher.relations(), assignment.crew());
            }
        }

        private static void addSquares(Table gradient, double times, Table sums, Crew crew) {
            crew.split(sums.values().length, Table.UNIT, (from, to) -> {
                double[] g = gradient.values();
                double[] sum = sums.values();
                for (int i = from; i < to; i++) {
                    sum[i] += times * (g[i] * g[i]);
                }
            });
        }

        @Override
        public Map<String, double[]> parts() {
            return Map.of(
                    "fisher.entities",
                    fisher.entities().values(),
                    "fisher.relations",
                    fisher.relations().values());
        }

        @Override
        public State end(Vectors best) {
            Vectors now = atEachStep ? fisher : measured(best);
            double divisor = atEachStep ? Math.max(1, snapshot.train().size()) : 1;
            Vectors before = state.snapshots() == 0 && atEachStep ? now.zeros() : state.tables(FISHER);
            combine(now.entities(), divisor, before.entities());
            combine(now.relations(), divisor, before.relations());
            return state.next(best).with(FISHER, now);
        }

        private void combine(Table now, double divisor, Table before) {
            int learned = state.snapshots();
            for (int row = 0; row < now.rows(); row++) {
                for (int c = row * now.stride(); c < row * now.stride() + now.dim(); c++) {
                    double fresh = now.values()[c] / divisor;
                    if (row >= before.rows()) {
                        now.values()[c] = fresh;
                    } else if (atEachStep) {
                        now.values()[c] = (fresh + before.values()[c] * learned + 1) / (learned + 2);
                    } else {
                        now.values()[c] = (fresh + before.values()[c] * learned) / (learned + 1);
                    }
                }
            }
        }

        /// The mean of the facts' squared gradients, with negatives drawn once.
        private Vectors measured(Vectors at) {
            SplittableRandom random = assignment.random();
            Facts facts = train();
            Vectors sums = at.zeros();
            var batch = new Batch(1, assignment.training().negatives());
            try (var alone = new Crew(1)) { // one fact is too little to share
                var loss = new TranslationLoss(assignment.training().margin(), alone);
                int[] one = new int[1];
                for (int i = 0; i < facts.size(); i++) {
                    one[0] = i;
                    batch.draw(facts, one, 0, 1, assignment.below(), random);
                    loss.of(at.entities(), at.relations(), batch);
                    loss.addSquaresTo(sums.entities(), sums.relations(), 1.0 / facts.size());
                }
            }
            return sums;
        }
    }
}
