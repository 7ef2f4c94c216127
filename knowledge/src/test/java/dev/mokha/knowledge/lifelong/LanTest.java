package dev.mokha.knowledge.lifelong;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.embed.Table;
import dev.mokha.knowledge.graph.Facts;
import dev.mokha.knowledge.lifelong.GrowingGraph.Selection;
import dev.mokha.knowledge.rank.RankMetrics;
import dev.mokha.knowledge.triples.Triples;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// LAN on a small graph, and its parts against plain loops.
final class LanTest {
    private static final List<Snapshot> SNAPSHOTS = Grid.snapshots(Selection.VALID);

    @ParameterizedTest
    @EnumSource(Mode.class)
    void learnsMoreThanChanceAndNothingAfterTheFirst(Mode mode) {
        try (var crew = new Crew(1)) {
            var model = new Lifelong(new Lan(), Grid.training(9).withMode(mode), crew);
            model.open(SNAPSHOTS.get(0));
            model.learn(Progress.SILENT);
            double byChance = 0.15; // the mean of 1 / rank among 25
            assertThat(model.test(SNAPSHOTS.get(0)).mrr()).isGreaterThan(2.5 * byChance);
            State first = model.state();
            RankMetrics old = model.test(SNAPSHOTS.get(0));
            model.open(SNAPSHOTS.get(1));
            Vectors opened = model.vectors();
            RankMetrics before = model.test(SNAPSHOTS.get(1));
            model.learn(Progress.SILENT);
            assertThat(model.test(SNAPSHOTS.get(1))).isEqualTo(before);
            assertThat(model.test(SNAPSHOTS.get(0))).isEqualTo(old);
            assertThat(model.vectors().entities().values())
                    .isEqualTo(opened.entities().values());
            assertThat(Arrays.copyOf(
                            model.vectors().entities().values(),
                            first.vectors().entities().values().length))
                    .isEqualTo(first.vectors().entities().values());
        }
    }

    @Test
    void aNewEntityKeepsTheEdgesOfTheSnapshotThatBroughtItAndOldOnesTheirs() {
        try (var crew = new Crew(1)) {
            var model = new Lifelong(new Lan(), Grid.training(9).withEpochs(1), crew);
            for (Snapshot snapshot : SNAPSHOTS) {
                model.open(snapshot);
                model.learn(Progress.SILENT);
            }
            Facts edges = model.state().facts("lan.edges");
            Set<List<Integer>> kept = new HashSet<>();
            for (int i = 0; i < edges.size(); i++) {
                kept.add(List.of(edges.subject(i), edges.relation(i), edges.object(i)));
            }
            Set<List<Integer>> brought = new HashSet<>();
            int known = 0;
            for (Snapshot snapshot : SNAPSHOTS) {
                Facts both = snapshot.train().withInverses();
                for (int i = 0; i < both.size(); i++) {
                    if (both.object(i) >= known) {
                        brought.add(List.of(both.subject(i), both.relation(i), both.object(i)));
                    }
                }
                known = snapshot.entities();
            }
            assertThat(kept).isEqualTo(brought);
        }
    }

    @Test
    void newRelationsLeaveWhatOldQuestionsSee() {
        var graph = new GrowingGraph(Selection.VALID);
        Triples none = new Triples.Builder().build();
        Snapshot first = graph.add(
                new Triples.Builder().add(0, 0, 1).add(1, 0, 2).add(2, 1, 0).build(), none, none);
        Snapshot second =
                graph.add(new Triples.Builder().add(0, 2, 3).add(3, 0, 1).build(), none, none);
        try (var crew = new Crew(1)) {
            Training training = Grid.training(9).withEpochs(3);
            var model = new Lifelong(new Lan(), training, crew);
            model.open(first);
            model.learn(Progress.SILENT);
            AskedVectors before = vectors(model.state(), crew);
            model.open(second);
            model.learn(Progress.SILENT);
            State state = model.state();
            AskedVectors after = vectors(state, crew);
            for (int q = 0; q < first.relations(); q++) {
                for (int e = 0; e < first.entities(); e++) {
                    assertThat(after.entity(e, q)).isEqualTo(before.entity(e, q));
                }
            }
            assertThat(after.entity(3, 0)).isNotEqualTo(after.entity(3, 1));
            // what 0 says along a new relation is its input, and a new question has no vector to ask with
            double[] expected = byLoops(state, 3, 4);
            for (int c = 0; c < expected.length; c++) {
                assertThat(after.entity(3, 4)[c]).isCloseTo(expected[c], within(1e-12));
            }
        }
    }

    private static AskedVectors vectors(State state, Crew crew) {
        return new Lan().asked(() -> state, Mode.CODE, crew).orElseThrow();
    }

    /// The vector of an entity with edges from 0 by relation 4, from 1 by relation 1, and from itself, in a
    /// new
    /// question.
    private static double[] byLoops(State state, int entity, int question) {
        assertThat(question).isEqualTo(4);
        Table attention = state.shared("lan.attention");
        int dim = attention.dim();
        double[] zero = new double[dim];
        double[] loop = attention.row(2 * dim + 1);
        double[][] said = {
            said(state.vectors().entities().row(0), zero),
            said(
                    state.vectors().entities().row(1),
                    state.tables("lan.projections").relations().row(1)),
            said(state.vectors().entities().row(entity), loop)
        };
        double[] soft = new double[said.length];
        double sum = 0;
        for (int i = 0; i < said.length; i++) {
            double score = 0;
            for (int c = 0; c < dim; c++) {
                double inside = 0;
                for (int k = 0; k < dim; k++) {
                    inside += said[i][k] * attention.row(dim + k)[c];
                }
                score += attention.row(2 * dim)[c] * Math.tanh(inside);
            }
            soft[i] = Math.exp(score);
            sum += soft[i];
        }
        double[] vector = new double[dim];
        double[] logic = {0, 0, 1};
        for (int i = 0; i < said.length; i++) {
            for (int c = 0; c < dim; c++) {
                vector[c] += (soft[i] / sum + logic[i]) * said[i][c];
            }
        }
        return vector;
    }

    private static double[] said(double[] x, double[] w) {
        double along = 0;
        for (int c = 0; c < x.length; c++) {
            along += w[c] * x[c];
        }
        double[] said = new double[x.length];
        for (int c = 0; c < x.length; c++) {
            said[c] = x[c] - along * w[c];
        }
        return said;
    }

    @Test
    void whoHasManyNeighboursListensToSixtyFour() {
        int[] others = new int[100];
        Arrays.setAll(others, i -> i + 1);
        Facts facts = Facts.of(new int[100], new int[100], others);
        var drawn = NearEdges.draw(facts, 101, 2, new SplittableRandom(7));
        assertThat(drawn.start(1) - drawn.start(0)).isEqualTo(64);
        assertThat(drawn.start(2) - drawn.start(1)).isEqualTo(2);
        var again = NearEdges.of(drawn.facts(0), 101, 2);
        assertThat(again.start(1)).isEqualTo(64);
        assertThat(again.size()).isEqualTo(drawn.size());
        assertThat(again.facts(1).size()).isEqualTo(100);
        assertThat(again.relation(again.size() - 1)).isEqualTo(2);
        assertThat(again.neighbour(again.size() - 1)).isEqualTo(100);
    }

    @Test
    void logicCountsEntitiesThatHaveBoth() {
        // E_0 = {0, 1, 2}, E_1 = {1, 2, 3, 4}, E_2 = {4, 5}
        Facts facts = Facts.of(new int[] {0, 1, 1, 3, 4}, new int[] {0, 0, 2, 2, 4}, new int[] {1, 2, 2, 4, 5});
        var edges = NearEdges.draw(facts, 6, 6, new SplittableRandom(1));
        var code = new LogicAttention(facts, edges, Mode.CODE);
        var paper = new LogicAttention(facts, edges, Mode.PAPER);
        int edge = edge(edges, 2, 3); // 3 –2→ 4
        assertThat(code.of(1, edge)).isEqualTo(2.0 / 3, within(1e-15)); // of E_0 in E_1
        assertThat(code.of(4, edge)).isEqualTo(1.0 / 2);
        // E_1 in E_0; beside it at 4 stands relation 2, of whose two entities one has relation 1
        assertThat(paper.of(0, edge)).isEqualTo(2.0 / 4 / (1.0 / 2));
        assertThat(paper.of(5, edge)).isEqualTo(1.0 / 4 / (1.0 / 2));
        int alone = edge(edges, 1, 1); // 1 –1→ 0, nothing beside it
        assertThat(paper.of(2, alone)).isEqualTo(2.0 / 3, within(1e-15));
        assertThat(code.of(2, edges.start(1) - 1)).isOne();
        assertThat(paper.of(2, edges.start(1) - 1)).isOne();
    }

    private static int edge(NearEdges edges, int relation, int neighbour) {
        for (int i = 0; i < edges.size(); i++) {
            if (edges.relation(i) == relation && edges.neighbour(i) == neighbour) {
                return i;
            }
        }
        throw new AssertionError("no such edge");
    }

    @Test
    void equalSeedsGiveEqualNumbersOnAnyNumberOfThreads() {
        double[] one = trained(3, 1);
        assertThat(trained(3, 3)).isEqualTo(one);
        assertThat(trained(4, 1)).isNotEqualTo(one);
    }

    private static double[] trained(long seed, int threads) {
        try (var crew = new Crew(threads)) {
            var model = new Lifelong(new Lan(), Grid.training(seed).withEpochs(2), crew);
            model.open(SNAPSHOTS.get(0));
            model.learn(Progress.SILENT);
            Table attention = model.state().shared("lan.attention");
            Table inputs = model.vectors().entities();
            double[] all = Arrays.copyOf(inputs.values(), inputs.values().length + attention.values().length);
            System.arraycopy(attention.values(), 0, all, inputs.values().length, attention.values().length);
            return all;
        }
    }
}
