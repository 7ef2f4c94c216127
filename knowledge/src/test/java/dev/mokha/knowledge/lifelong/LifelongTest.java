package dev.mokha.knowledge.lifelong;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.lifelong.GrowingGraph.Selection;
import dev.mokha.knowledge.rank.RankMetrics;
import dev.mokha.knowledge.triples.Triples;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The shared part of lifelong methods, on [Grid].
final class LifelongTest {
    private static final Method LKGE = new Lkge(0.01, 0.1, true);

    @ParameterizedTest
    @EnumSource(Mode.class)
    void eachSnapshotIsLearnedAndTheOldOnesAreKept(Mode mode) {
        List<Snapshot> snapshots = Grid.snapshots(Selection.VALID);
        var history = new History();
        try (var crew = new Crew(2)) {
            var model = new Lifelong(LKGE, Grid.training(5).withMode(mode), crew);
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
        var patience = new Patience(Stopping.LKGE);
        assertThat(patience.better(0.2)).isTrue();
        patience.better(0.1);
        patience.better(0.2);
        assertThat(patience.over(3)).isFalse();
        assertThat(patience.better(0.3)).isTrue();
        patience.better(0.3);
        patience.better(0.3);
        assertThat(patience.over(6)).isFalse();
        patience.better(0.3);
        assertThat(patience.over(7)).isTrue();
        assertThat(patience.best()).isEqualTo(0.3);
    }

    @Test
    void aBetterEpochTakesBackAsMuchAsItIsGivenAndSomeEpochsAreRunAnyway() {
        var patience = new Patience(new Stopping(3, 1, 6));
        patience.better(0.1);
        patience.better(0.1);
        patience.better(0.1);
        patience.better(0.2); // takes back one of two
        patience.better(0.2);
        patience.better(0.2);
        assertThat(patience.over(5)).isFalse();
        assertThat(patience.over(6)).isTrue();
    }

    @Test
    void withoutValidationFactsTheLastEpochCounts() {
        var graph = new GrowingGraph(Selection.VALID);
        Triples train = new Triples.Builder().add(0, 0, 1).add(1, 0, 2).build();
        Triples none = new Triples.Builder().build();
        List<Integer> epochs = new ArrayList<>();
        try (var crew = new Crew(1)) {
            var model = new Lifelong(new FineTune(), Grid.training(1).withEpochs(3), crew);
            model.open(graph.add(train, none, train));
            double[] before = model.vectors().entities().values().clone();
            List<double[]> last = new ArrayList<>();
            model.learn((epoch, checkpoint) -> {
                epochs.add(epoch.epoch());
                last.add(checkpoint.get().arrays().get("entities"));
            });
            assertThat(epochs).containsExactly(0, 1, 2);
            assertThat(model.vectors().entities().values())
                    .isEqualTo(last.getLast())
                    .isNotEqualTo(before);
        }
    }

    @Test
    void aSnapshotWithoutFactsToLearnLeavesVectorsAsTheyAre() {
        var graph = new GrowingGraph(Selection.VALID);
        Triples one = new Triples.Builder().add(0, 0, 1).build();
        Triples none = new Triples.Builder().build();
        try (var crew = new Crew(1)) {
            var model = new Lifelong(LKGE, Grid.training(1), crew);
            model.open(graph.add(none, none, one));
            double[] before = model.vectors().entities().values().clone();
            model.learn((_, _) -> fail("no epoch"));
            assertThat(model.state().snapshots()).isEqualTo(1);
            assertThat(model.vectors().entities().values()).isEqualTo(before);
        }
    }

    @Test
    void whatIsNotOpenCannotBeLearned() {
        try (var crew = new Crew(1)) {
            var model = new Lifelong(LKGE, Grid.training(1), crew);
            assertThatThrownBy(() -> model.learn(Progress.SILENT)).hasMessageContaining("open one");
        }
    }

    private static RankMetrics mrr(double mrr) {
        return new RankMetrics(10, 1, mrr, 0, 0, 0, 0);
    }

    private static double[] trained(long seed, int threads) {
        List<Snapshot> snapshots = Grid.snapshots(Selection.VALID);
        try (var crew = new Crew(threads)) {
            var model = new Lifelong(LKGE, Grid.training(seed).withEpochs(2), crew);
            for (Snapshot snapshot : snapshots) {
                model.open(snapshot);
                model.learn(Progress.SILENT);
            }
            return model.vectors().entities().values().clone();
        }
    }

    private static void learn(Lifelong model, Snapshot snapshot, List<Snapshot> snapshots, History history) {
        model.open(snapshot);
        if (snapshot.number() > 0) {
            history.before(model.test(snapshot));
        }
        model.learn(Progress.SILENT);
        history.after(snapshots.subList(0, snapshot.number() + 1).stream()
                .map(model::test)
                .toList());
    }
}
