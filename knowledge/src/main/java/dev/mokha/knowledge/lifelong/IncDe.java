package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.embed.Table;
import dev.mokha.knowledge.graph.Facts;
import dev.mokha.knowledge.graph.Neighbours;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// IncDE: new facts in layers outwards from what is known, known entities first frozen and then drawn to
/// where they were ([Liu et al. 2024](https://arxiv.org/abs/2405.04453)).
///
/// In [Mode#PAPER], a reading of the paper's abstract with the order that the authors' program prepares,
/// facts come in the order of [Layers]; an entity that an earlier layer had, or that was known, is drawn
/// to its row as of the end of the layer before, a new one with its centrality and betweenness as its
/// weight, the largest being 1. In [Mode#CODE] facts come as they were given, and known entities alone
/// are drawn, all with weight 1: what the authors' program comes to. It reads its ordered file and then
/// the unordered one over it; its weights of new entities pass through a matrix that makes them one
/// number, and its teacher for them is where they are when a step begins, so that nothing draws them.
///
/// @param frozen in so many epochs of a snapshot only new rows move
/// @param weight of the distillation, which is on from then
public record IncDe(int frozen, double weight) implements Method {

    public IncDe {
        if (frozen < 0 || !(weight >= 0)) {
            throw new IllegalArgumentException(
                    "frozen epochs and weight are not below 0, as %s and %s".formatted(frozen, weight));
        }
    }

    /// The settings of the authors' program, which counts one frozen epoch more.
    public static IncDe official() {
        return new IncDe(20, 0.01);
    }

    @Override
    public String name() {
        return "incde";
    }

    /// Batches of 1024; at least 32 epochs, then until five are no better.
    @Override
    public Training training(long seed) {
        return new Training(Mode.CODE, 200, 8, 10, 1024, 1e-4, 200, new Stopping(5, Stopping.ALL, 32), seed);
    }

    @Override
    public Lesson begin(Assignment assignment) {
        return new Learning(this, assignment);
    }

    private static final class Learning implements Lesson {
        private final IncDe method;
        private final Assignment assignment;
        private final boolean layered;
        private final int known; // entities
        private final Layers layers;
        private final Table teacher; // [entities, dim]
        private final double[] weights; // what draws each entity once its layer is over
        private final double[] drawn; // now
        private int epoch;
        private int learned; // facts of this epoch
        private int layer;

        Learning(IncDe method, Assignment assignment) {
            this.method = method;
            this.assignment = assignment;
            Snapshot snapshot = assignment.snapshot();
            this.known = assignment.state().entities();
            this.layered = known > 0 && assignment.training().mode() == Mode.PAPER;
            this.teacher = assignment.opened().entities().copy();
            this.weights = new double[snapshot.entities()];
            if (layered) {
                var graph = Neighbours.of(snapshot.train(), snapshot.entities());
                var betweenness = Betweenness.of(graph, assignment.crew());
                this.layers = Layers.of(snapshot.train(), known, graph, betweenness);
                weigh(graph, betweenness);
            } else {
                this.layers = Layers.plain(snapshot.train(), known, snapshot.entities());
            }
            Arrays.fill(weights, 0, known, 1);
            this.drawn = new double[weights.length];
            Arrays.fill(drawn, 0, known, 1);
        }

        private void weigh(Neighbours graph, Betweenness betweenness) {
            double most = 0;
            for (int e = known; e < weights.length; e++) {
                weights[e] = graph.centrality(e) + betweenness.of(e);
                most = Math.max(most, weights[e]);
            }
            for (int e = known; e < weights.length && most > 0; e++) {
                weights[e] /= most;
            }
        }

        @Override
        public Vectors start() {
            return assignment.opened();
        }

        /// Each fact, then the same the other way round: the programs do not shuffle.
        @Override
        public Facts train() {
            Facts facts = assignment.snapshot().train();
            int n = facts.size();
            int[] order = layers.order();
            int[] s = new int[2 * n];
            int[] r = new int[2 * n];
            int[] o = new int[2 * n];
            for (int i = 0; i < n; i++) {
                int from = layered ? order[i] : i;
                s[2 * i] = facts.subject(from);
                r[2 * i] = facts.relation(from);
                o[2 * i] = facts.object(from);
                s[2 * i + 1] = o[2 * i];
                r[2 * i + 1] = r[2 * i] ^ 1;
                o[2 * i + 1] = s[2 * i];
            }
            return Facts.of(s, r, o);
        }

        @Override
        public Facts valid() {
            return assignment.snapshot().valid();
        }

        @Override
        public boolean shuffles() {
            return false;
        }

        @Override
        public List<Penalty.Weighted> penalties() {
            if (known == 0 || method.weight == 0) {
                return List.of();
            }
            return List.of(new Penalty.Weighted(method.weight, this::draw));
        }

        private double draw(Vectors at, double weight, Vectors gradient, Crew crew) {
            return epoch < method.frozen
                    ? 0
                    : new Distillation(teacher, drawn).addGradient(at.entities(), weight, gradient.entities(), crew);
        }

        @Override
        public void begin(int epoch) {
            this.epoch = epoch;
            this.learned = 0;
            this.layer = 0;
            Arrays.fill(drawn, known, drawn.length, 0);
        }

        /// Known rows of both tables rest in the first epochs.
        @Override
        public void bend(Step step, SplittableRandom random) {
            if (epoch < method.frozen) {
                rest(step.gradient().entities(), known);
                rest(step.gradient().relations(), assignment.state().relations());
            }
        }

        private static void rest(Table gradient, int rows) {
            Arrays.fill(gradient.values(), 0, rows * gradient.stride(), 0);
        }

        @Override
        public void stepped(Step step) {
            learned += step.positives();
            int over = layer;
            while (over < layers.count() && 2 * layers.start(over + 1) <= learned) {
                over++;
            }
            if (layered && over > layer) {
                layer = over;
                teach(step.at().entities());
            }
        }

        /// A layer is over: its entities have a teacher from now on, and all new ones where they are.
        private void teach(Table now) {
            System.arraycopy(
                    now.values(),
                    known * now.stride(),
                    teacher.values(),
                    known * now.stride(),
                    (now.rows() - known) * now.stride());
            for (int e = known; e < drawn.length; e++) {
                drawn[e] = layers.of(e) < layer ? weights[e] : 0;
            }
        }

        @Override
        public State end(Vectors best) {
            return assignment.state().next(best);
        }
    }
}
