package dev.mokha.knowledge.lifelong;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.embed.Table;
import dev.mokha.knowledge.lifelong.GrowingGraph.Selection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/// A model that stops between snapshots or between epochs and goes on from what was kept is the model that
/// never stopped, bit for bit, whatever the method and the number of threads.
final class ResumeTest {
    private static final int EPOCHS = 5;

    @Property(tries = 100)
    void stoppingChangesNothing(
            @ForAll("methods") Method method,
            @ForAll Mode mode,
            @ForAll boolean unsteady,
            @ForAll @IntRange(min = 0, max = 1) int snapshot,
            @ForAll @IntRange(min = 1, max = EPOCHS) int epoch,
            @ForAll @IntRange(min = 1, max = 3) int threads) {
        List<Snapshot> snapshots = Grid.snapshots(Selection.VALID);
        // where steps are too wide, the best epoch is often not the last
        Training training =
                Grid.training(9, unsteady ? 0.5 : 0.02).withMode(mode).withEpochs(EPOCHS);
        try (var one = new Crew(1);
                var some = new Crew(threads)) {
            var whole = new Lifelong(method, training, one);
            State before = State.none(training.dim());
            List<Checkpoint> kept = new ArrayList<>();
            for (Snapshot each : snapshots) {
                if (each.number() == snapshot) {
                    before = whole.state();
                }
                whole.open(each);
                whole.learn((_, checkpoint) -> {
                    if (each.number() == snapshot) {
                        kept.add(checkpoint.get());
                    }
                });
            }
            var resumed = new Lifelong(method, training, before, some);
            for (Snapshot each : snapshots.subList(snapshot, snapshots.size())) {
                resumed.open(each);
                boolean learned = each.number() == snapshot && !kept.isEmpty(); // MEAN and LAN learn in the first alone
                resumed.learn(learned ? kept.get(epoch - 1) : null, Progress.SILENT);
            }
            assertSame(resumed.state(), whole.state());
        }
    }

    @Provide
    Arbitrary<Method> methods() {
        return Arbitraries.of(Official.names()).map(name -> Official.method(name, "ENTITY"));
    }

    @Test
    void aCheckpointOfAnotherSnapshotOrGraphIsRefused() {
        List<Snapshot> snapshots = Grid.snapshots(Selection.VALID);
        Training training = Grid.training(9).withEpochs(1);
        List<Checkpoint> kept = new ArrayList<>();
        try (var crew = new Crew(1)) {
            var model = new Lifelong(new FineTune(), training, crew);
            model.open(snapshots.get(0));
            model.learn((_, checkpoint) -> kept.add(checkpoint.get()));
            model.open(snapshots.get(1));
            assertThatThrownBy(() -> model.learn(kept.getFirst(), Progress.SILENT))
                    .hasMessageContaining("of snapshot 0, not 1");
            var misplaced = new Checkpoint(1, 1, kept.getFirst().arrays());
            assertThatThrownBy(() -> model.learn(misplaced, Progress.SILENT)).hasMessageContaining("another graph");
            assertThatThrownBy(() -> new Lifelong(new FineTune(), training, State.none(7), crew))
                    .hasMessageContaining("dim 7");
        }
    }

    static void assertSame(State actual, State expected) {
        assertThat(actual.snapshots()).isEqualTo(expected.snapshots());
        assertSame(actual.ofEntities(), expected.ofEntities());
        assertSame(actual.ofRelations(), expected.ofRelations());
        assertSame(actual.shared(), expected.shared());
        assertThat(actual.numbers()).isEqualTo(expected.numbers());
        assertThat(actual.facts().keySet()).isEqualTo(expected.facts().keySet());
        expected.facts().forEach((name, facts) -> {
            assertThat(actual.facts(name).size()).isEqualTo(facts.size());
            for (int i = 0; i < facts.size(); i++) {
                assertThat(actual.facts(name).subject(i)).isEqualTo(facts.subject(i));
                assertThat(actual.facts(name).relation(i)).isEqualTo(facts.relation(i));
                assertThat(actual.facts(name).object(i)).isEqualTo(facts.object(i));
            }
        });
    }

    private static void assertSame(Map<String, Table> actual, Map<String, Table> expected) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        for (Map.Entry<String, Table> each : expected.entrySet()) {
            Table table = actual.getOrDefault(each.getKey(), new Table(0, 1));
            assertThat(table.values())
                    .as(each.getKey())
                    .isEqualTo(each.getValue().values());
        }
    }
}
