package dev.mokha.knowledge.lifelong;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.embed.Table;
import dev.mokha.knowledge.graph.Facts;
import dev.mokha.knowledge.graph.Neighbours;
import dev.mokha.knowledge.lifelong.GrowingGraph.Selection;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What IncDE, FastKGE, MEAN and rehearsal leave alone, and what they learn, on a small graph.
final class LaterTest {
    private static final List<Snapshot> SNAPSHOTS = Grid.snapshots(Selection.VALID);

    @ParameterizedTest
    @EnumSource(Mode.class)
    void incDeFreezesKnownRowsAndThenLetsThemGo(Mode mode) {
        Training training = Grid.training(9).withMode(mode).withEpochs(4);
        var frozen = new Run(new IncDe(4, 0.01), training);
        assertThat(frozen.movedEntities(true)).isZero();
        assertThat(frozen.movedRelations(true)).isZero();
        assertThat(frozen.movedEntities(false)).isPositive();
        var free = new Run(new IncDe(1, 0.01), training.withEpochs(12));
        assertThat(free.movedEntities(true)).isPositive();
        assertThat(free.movedRelations(true)).isPositive();
        var held = new Run(new IncDe(1, 50), training.withEpochs(12));
        assertThat(held.movedEntities(true)).isLessThan(free.movedEntities(true) / 2);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void incDeLearnsEachFactInBothDirections(Mode mode) {
        Snapshot snapshot = SNAPSHOTS.get(1);
        try (var crew = new Crew(1)) {
            var model = new Lifelong(IncDe.official(), Grid.training(9).withEpochs(1), crew);
            model.open(SNAPSHOTS.get(0));
            model.learn(Progress.SILENT);
            model.open(snapshot);
            var assignment = new Assignment(
                    model.state(), model.vectors(), snapshot, Grid.training(9).withMode(mode), crew);
            Facts train = IncDe.official().begin(assignment).train();
            var graph = Neighbours.of(snapshot.train(), snapshot.entities());
            int[] order = Layers.of(snapshot.train(), model.state().entities(), graph, Betweenness.of(graph, crew))
                    .order();
            for (int i = 0; i < snapshot.train().size(); i++) {
                int given = mode == Mode.PAPER ? order[i] : i;
                assertThat(train.subject(2 * i)).isEqualTo(snapshot.train().subject(given));
                assertThat(train.relation(2 * i)).isEqualTo(snapshot.train().relation(given));
                assertThat(train.subject(2 * i + 1)).isEqualTo(train.object(2 * i));
                assertThat(train.object(2 * i + 1)).isEqualTo(train.subject(2 * i));
                assertThat(train.relation(2 * i + 1)).isEqualTo(train.relation(2 * i) ^ 1);
            }
        }
    }

    @Test
    void fastKgeNeverMovesKnownRows() {
        var run = new Run(new FastKge(6, 2, 2, 0.1), Grid.training(9).withEpochs(6));
        assertThat(run.movedEntities(true)).isZero();
        assertThat(run.movedRelations(true)).isZero();
        assertThat(run.movedEntities(false)).isPositive();
    }

    @Test
    void fastKgeCutsNewEntitiesByDistanceAndDegree() {
        // 0 is known; 1 beside it, 2 and 3 behind 1, 4 to 6 an island, 7 without a fact
        Facts facts = Facts.of(new int[] {0, 1, 1, 4, 4}, new int[5], new int[] {1, 2, 3, 5, 6});
        var groups = new FastKge(10, 1, 2, 0.1).cut(facts, 1, 8);
        assertThat(groups.get(0).rows()).containsExactly(1, 2, 3, 5);
        assertThat(groups.get(1).rows()).containsExactly(6, 4, 7);
        // degrees 3 + 1 + 1 + 1 and 1 + 2: mean rank 5, the second at nine tenths
        assertThat(groups.get(0).rank()).isEqualTo(6);
        assertThat(groups.get(1).rank()).isEqualTo(4);
        assertThatThrownBy(() -> new FastKge(0, 1, 1, 1)).hasMessageContaining("entityRank");
    }

    @Test
    void meanMakesNewEntitiesOfTheirNeighboursAndLearnsNothingMore() {
        var run = new Run(new Mean(), Grid.training(9).withEpochs(3));
        assertThat(run.movedEntities(true)).isZero();
        assertThat(run.movedEntities(false)).isZero();
        Snapshot snapshot = SNAPSHOTS.get(1);
        Vectors inputs = run.after.tables("mean.inputs");
        double[] loop = new double[30];
        for (int c = 0; c < loop.length; c++) {
            loop[c] = run.after.numbers().getOrDefault("mean.loop." + c, Double.NaN);
        }
        Facts edges = snapshot.train().withInverses();
        for (int e = run.known; e < snapshot.entities(); e++) {
            double[] sum = projected(inputs.entities().row(e), loop);
            int count = 1;
            for (int i = 0; i < edges.size(); i++) {
                if (edges.object(i) == e) {
                    double[] says = projected(
                            inputs.entities().row(edges.subject(i)),
                            inputs.relations().row(edges.relation(i)));
                    Arrays.setAll(sum, c -> sum[c] + says[c]);
                    count++;
                }
            }
            for (int c = 0; c < sum.length; c++) {
                assertThat(run.after.vectors().entities().row(e)[c]).isCloseTo(sum[c] / count, within(1e-12));
            }
        }
    }

    private static double[] projected(double[] x, double[] w) {
        double along = 0;
        for (int c = 0; c < x.length; c++) {
            along += x[c] * w[c];
        }
        double[] y = new double[x.length];
        for (int c = 0; c < x.length; c++) {
            y[c] = x[c] - along * w[c];
        }
        return y;
    }

    @Test
    void atMostSixtyFourNeighboursSpeak() {
        int[] others = new int[100];
        Arrays.setAll(others, i -> i + 1);
        var rows = new Table(101, 8);
        for (int e = 0; e <= 100; e++) {
            rows.values()[e * rows.stride()] = 1;
        }
        var means = new MeanAggregator(Facts.of(new int[100], new int[100], others), 101, 2, new SplittableRandom(7));
        var out = new Table(101, 8);
        var byRows = new Table(101, 8);
        var byOut = new Table(101, 8);
        byOut.values()[0] = 1;
        try (var crew = new Crew(1)) {
            means.aggregate(rows, new Table(3, 8), out, crew);
            means.addGradient(rows, new Table(3, 8), byOut, byRows, new Table(3, 8), crew);
        }
        assertThat(out.values()[0]).isCloseTo(1, within(1e-12));
        long speaking = Arrays.stream(byRows.values()).filter(g -> g != 0).count();
        assertThat(speaking).isEqualTo(64);
    }

    @Test
    void rehearsalLearnsAndJudgesByEarlierFactsToo() {
        try (var crew = new Crew(1)) {
            var method = new Rehearsal(0.01, true, 7, 4, 1, 1);
            Training training = Grid.training(9).withEpochs(2);
            var model = new Lifelong(method, training, crew);
            model.open(SNAPSHOTS.get(0));
            model.learn(Progress.SILENT);
            Snapshot next = SNAPSHOTS.get(1);
            model.open(next);
            Lesson lesson = method.begin(new Assignment(model.state(), model.vectors(), next, training, crew));
            int added = lesson.train().size() - 2 * next.train().size();
            assertThat(added).isEqualTo(14);
            int before = SNAPSHOTS.get(0).valid().size();
            assertThat(lesson.valid().size()).isEqualTo(4 + 4 * next.valid().size() / before);
        }
        assertThatThrownBy(() -> new Rehearsal(0, true, -1, 0, 1, 1)).hasMessageContaining("-1");
    }

    @Test
    void rehearsalForgetsLessThanFineTuning() {
        Training training = Grid.training(9);
        double tuned = new Run(new FineTune(), training).figures.backwardTransfer();
        double rehearsed = new Run(new Rehearsal(0.01, true, 40, 40, 1, 1), training).figures.backwardTransfer();
        assertThat(rehearsed).isGreaterThan(tuned);
    }

    /// Both snapshots learned.
    private static final class Run {
        final int known = SNAPSHOTS.get(0).entities();
        final History figures = new History();
        final Vectors opened;
        final State after;

        Run(Method method, Training training) {
            try (var crew = new Crew(1)) {
                var model = new Lifelong(method, training, crew);
                model.open(SNAPSHOTS.get(0));
                model.learn(Progress.SILENT);
                figures.after(List.of(model.test(SNAPSHOTS.get(0))));
                model.open(SNAPSHOTS.get(1));
                figures.before(model.test(SNAPSHOTS.get(1)));
                opened = model.vectors().copy();
                model.learn(Progress.SILENT);
                figures.after(List.of(model.test(SNAPSHOTS.get(0)), model.test(SNAPSHOTS.get(1))));
                after = model.state();
            }
        }

        double movedEntities(boolean old) {
            Table now = after.vectors().entities();
            return old ? moved(opened.entities(), now, 0, known) : moved(opened.entities(), now, known, now.rows());
        }

        double movedRelations(boolean old) {
            int relations = SNAPSHOTS.get(0).relations();
            Table now = after.vectors().relations();
            return old
                    ? moved(opened.relations(), now, 0, relations)
                    : moved(opened.relations(), now, relations, now.rows());
        }

        private static double moved(Table before, Table now, int from, int to) {
            double sum = 0;
            for (int i = from * now.stride(); i < to * now.stride(); i++) {
                sum += Math.abs(now.values()[i] - before.values()[i]);
            }
            return sum;
        }
    }
}
