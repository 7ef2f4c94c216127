package dev.mokha.knowledge.lifelong;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.embed.Table;
import dev.mokha.knowledge.lifelong.GrowingGraph.Selection;
import dev.mokha.knowledge.rank.RankMetrics;
import dev.mokha.knowledge.triples.Triples;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A small graph that grows: a grid whose relations are steps, of which the second snapshot adds another half.
final class LkgeTest {
    private static final int WIDTH = 5;
    private static final int HALF = 25;

    @ParameterizedTest
    @EnumSource(Mode.class)
    void eachSnapshotIsLearnedAndTheOldOnesAreKept(Mode mode) {
        List<Snapshot> snapshots = grid(Selection.VALID);
        var history = new History();
        try (var crew = new Crew(2)) {
            var model = new Lkge(config(mode, true, 5), crew);
            for (Snapshot snapshot : snapshots) {
                learn(model, snapshot, snapshots, history);
            }
        }
        double byChance = 0.15; // the mean of 1 / rank among 25
        for (int i = 0; i < snapshots.size(); i++) {
            assertThat(history.on(snapshots.size() - 1, i).mrr())
                    .as("test %d", i)
                    .isGreaterThan(2.5 * byChance);
        }
        assertThat(history.whole(0)).isEqualTo(history.on(0, 0));
    }

    @Test
    void equalSeedsGiveEqualNumbersOnAnyNumberOfThreads() {
        double[] one = trained(3, 1);
        assertThat(trained(3, 1)).isEqualTo(one);
        assertThat(trained(3, 2)).isEqualTo(one);
        assertThat(trained(4, 1)).isNotEqualTo(one);
    }

    @Test
    void idsComeInOrderOfAppearanceAndRelationsInPairs() {
        var graph = new GrowingGraph(Selection.VALID);
        var builder = new Triples.Builder();
        Triples first = builder.add(70, 9, 50).build();
        Triples second = new Triples.Builder().add(50, 4, 60).build();
        Snapshot snapshot = graph.add(first, second, new Triples.Builder().build());
        assertThat(snapshot.entities()).isEqualTo(3);
        assertThat(snapshot.relations()).isEqualTo(4);
        assertThat(snapshot.valid().subject(0)).isEqualTo(1);
        assertThat(snapshot.valid().relation(0)).isEqualTo(2);
        assertThat(snapshot.valid().object(0)).isEqualTo(2);
        assertThat(snapshot.known().to(2, 3)).containsExactly(1);
    }

    @Test
    void choosingByTheTestNeverSeesValidationFacts() {
        var graph = new GrowingGraph(Selection.TEST);
        Triples train = new Triples.Builder().add(0, 0, 1).build();
        Triples valid = new Triples.Builder().add(0, 0, 2).build();
        Snapshot snapshot = graph.add(train, valid, train);
        assertThat(snapshot.entities()).isEqualTo(2);
        assertThat(snapshot.known().to(0, 0)).containsExactly(1);
    }

    @Test
    void transferIsAMatrixOfTestsReadInTwoDirections() {
        var history = new History();
        history.after(List.of(mrr(0.5)));
        history.before(mrr(0.1));
        history.after(List.of(mrr(0.4), mrr(0.6)));
        history.before(mrr(0.3));
        history.after(List.of(mrr(0.3), mrr(0.5), mrr(0.7)));
        assertThat(history.forwardTransfer()).isCloseTo(0.2, within(1e-12));
        assertThat(history.backwardTransfer()).isCloseTo((0.3 - 0.5 + 0.5 - 0.6) / 2, within(1e-12));
        assertThat(history.whole(2).mrr()).isCloseTo(0.5, within(1e-12));
    }

    @Test
    void patienceEndsAfterThreeInARow() {
        var patience = new Patience(3);
        assertThat(patience.better(0.2)).isTrue();
        patience.better(0.1);
        patience.better(0.2);
        assertThat(patience.over()).isFalse();
        assertThat(patience.better(0.3)).isTrue();
        patience.better(0.3);
        patience.better(0.3);
        assertThat(patience.over()).isFalse();
        patience.better(0.3);
        assertThat(patience.over()).isTrue();
        assertThat(patience.best()).isEqualTo(0.3);
    }

    private static RankMetrics mrr(double mrr) {
        return new RankMetrics(10, 1, mrr, 0, 0, 0, 0);
    }

    private static LkgeConfig config(Mode mode, boolean transfer, long seed) {
        return new LkgeConfig(mode, 30, 4, 5, 32, 0.02, 0.01, 0.1, transfer, 40, 40, seed);
    }

    private static double[] trained(long seed, int threads) {
        List<Snapshot> snapshots = grid(Selection.VALID);
        try (var crew = new Crew(threads)) {
            var model = new Lkge(config(Mode.CODE, false, seed).withEpochs(2), crew);
            for (Snapshot snapshot : snapshots) {
                model.open(snapshot);
                model.learn(snapshot, _ -> {});
            }
            Table entities = model.entities();
            return entities.values().clone();
        }
    }

    private static void learn(Lkge model, Snapshot snapshot, List<Snapshot> snapshots, History history) {
        model.open(snapshot);
        if (snapshot.number() > 0) {
            history.before(model.test(snapshot));
        }
        model.learn(snapshot, _ -> {});
        history.after(snapshots.subList(0, snapshot.number() + 1).stream()
                .map(model::test)
                .toList());
    }

    /// Two halves of a grid with steps right and down of one and two; each seventh fact is tested, of the
    /// others each eleventh chooses.
    private static List<Snapshot> grid(Selection selection) {
        var graph = new GrowingGraph(selection);
        int number = 0;
        for (int half = 0; half < 2; half++) {
            var train = new Triples.Builder();
            var valid = new Triples.Builder();
            var test = new Triples.Builder();
            for (int from = half * HALF; from < (half + 1) * HALF; from++) {
                for (int relation = 0; relation < 4; relation++) {
                    int by = relation % 2 + 1;
                    int to = relation < 2 ? from + by : from + by * WIDTH;
                    boolean there = relation < 2 ? to / WIDTH == from / WIDTH : to < (half + 1) * HALF;
                    if (there) {
                        number++;
                        (number % 7 == 0 ? test : number % 11 == 0 ? valid : train).add(from, relation, to);
                    }
                }
            }
            graph.add(train.build(), valid.build(), test.build());
        }
        return graph.snapshots();
    }
}
