package dev.mokha.knowledge.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.embed.Table;
import dev.mokha.knowledge.lifelong.Checkpoint;
import dev.mokha.knowledge.lifelong.Epoch;
import dev.mokha.knowledge.lifelong.History;
import dev.mokha.knowledge.lifelong.Lifelong;
import dev.mokha.knowledge.lifelong.Official;
import dev.mokha.knowledge.lifelong.Progress;
import dev.mokha.knowledge.lifelong.State;
import dev.mokha.knowledge.query.Calibrations;
import dev.mokha.knowledge.store.GraphStore;
import dev.mokha.knowledge.store.LearnedSnapshot;
import dev.mokha.knowledge.store.Part;
import dev.mokha.knowledge.store.Snapshot;
import dev.mokha.knowledge.store.StoredFigure;
import dev.mokha.knowledge.store.StoredFigure.Among;
import dev.mokha.knowledge.store.StoredFigure.Moment;
import dev.mokha.knowledge.store.StoredModel;
import dev.mokha.knowledge.triples.Fact;
import dev.mokha.knowledge.triples.Split;
import dev.mokha.knowledge.triples.Triple;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What is learned through a store against the trainer itself, on [GridStore].
final class SnapshotLearningTest {
    private static final int EPOCHS = 6;

    @TempDir
    private Path folder;

    private final Crew crew = new Crew(1);
    private GraphStore graph;

    @BeforeEach
    void open() {
        graph = GraphStore.create(folder.resolve("graph.db"));
    }

    @AfterEach
    void close() {
        graph.close();
        crew.close();
    }

    static List<String> methods() {
        return Official.names();
    }

    @ParameterizedTest
    @MethodSource("methods")
    void aStoreIsLearnedAsTheTrainerLearns(String method) {
        importParts(0, GridStore.PARTS);
        StoredModel model = learn(create(method, EPOCHS));
        var history = new History();
        State plain = plain(method, history);
        assertStored(model, plain);
        for (StoredFigure figure : graph.history().figures(model)) {
            if (figure.moment() == Moment.AFTER && figure.among() == Among.SNAPSHOT) {
                assertThat(figure.mrr())
                        .isEqualTo(history.on(figure.learned(), figure.test()).mrr(), within(6e-5)); // rounded there
            }
        }
        assertThat(graph.history().figures(model)).hasSize(2 * (6 + GridStore.PARTS - 1));
        assertThat(graph.history().learned(model)).hasSize(GridStore.PARTS);
    }

    @ParameterizedTest
    @MethodSource("methods")
    void anUpdateThatWorksWithAllEntitiesIsTheMethodItself(String method) {
        importParts(0, 1);
        StoredModel model = learn(create(method, EPOCHS));
        for (int part = 1; part < GridStore.PARTS; part++) {
            int now = part;
            update(new Effort(100, 1000, true)).run(writer -> GridStore.write(writer, now), Progress.SILENT);
        }
        assertStored(graph.models().find(model.name()).orElseThrow(), plain(method, new History()));
    }

    @Test
    void anUpdateWithASmallPoolLeavesTheOthersAlone() {
        importParts(0, 2);
        StoredModel model = learn(create("lkge", EPOCHS));
        Part part = graph.models().part(model, "entity.vectors").orElseThrow();
        Map<Integer, double[]> before = rows(part);
        List<SnapshotLearning.Outcome> outcomes = update(new Effort(5, 3, true))
                .run(
                        writer -> {
                            writer.begin("more");
                            writer.fact(GridStore.fact(3, 0, 1000), 1, "", Split.TRAIN);
                            writer.fact(GridStore.fact(7, 1, 1000), 2, "", Split.TRAIN);
                            writer.fact(GridStore.fact(1001, 1, 7), 3, "", Split.TEST);
                        },
                        Progress.SILENT);
        LearnedSnapshot learned = outcomes.getFirst().learned();
        assertThat(learned.newEntities()).isEqualTo(2);
        assertThat(learned.entities()).isBetween(7, 2 + 2 + 6 + 5);
        assertThat(learned.facts()).isEqualTo(2);
        Map<Integer, double[]> after = rows(part);
        assertThat(after).hasSize(before.size() + 2);
        long changed = before.keySet().stream()
                .filter(row -> !Arrays.equals(before.get(row), after.get(row)))
                .count();
        assertThat(changed).isBetween(2L, (long) learned.entities() - 2);
        assertThat(outcomes.getFirst().figures())
                .isNotEmpty()
                .allMatch(figure -> figure.among() == Among.POOL && figure.candidates() == learned.entities());
        assertThat(outcomes.getFirst().figures())
                .extracting(StoredFigure::moment)
                .contains(Moment.BEFORE);
    }

    @Test
    void aFactThatEndedIsForgottenAndWhatRemainsIsLearnedOnceMore() {
        importParts(0, 2);
        StoredModel model = learn(create("lkge", EPOCHS));
        double[] before = counts(model);
        Triple one = GridStore.part(0).train().get(7);
        Fact wrong = GridStore.fact(one.head(), one.relation(), one.tail());
        int head = graph.entity(wrong.head()).orElseThrow();
        int tail = graph.entity(wrong.tail()).orElseThrow();
        int around = graph.surroundings().learned(head, 9, 99).size()
                + graph.surroundings().learned(tail, 9, 99).size()
                - 2; // the fact itself, once in each
        List<SnapshotLearning.Outcome> outcomes = update(Effort.UPDATE)
                .run(
                        writer -> {
                            writer.begin("correction");
                            writer.remove(wrong);
                        },
                        Progress.SILENT);
        assertThat(outcomes.getFirst().learned().facts()).isEqualTo((long) around);
        double[] after = counts(model);
        // each snapshot counts one more, and the fact one less
        assertThat(after[head]).isEqualTo(before[head]);
        assertThat(after[tail]).isEqualTo(before[tail]);
        int elsewhere = graph.entity("e40").orElseThrow();
        assertThat(after[elsewhere]).isEqualTo(before[elsewhere] + 1);
    }

    @Test
    void whoeverWasStoppedGoesOnToTheSameResult() {
        importParts(0, 2);
        StoredModel model = create("lkge", EPOCHS);
        var course = new Course(graph, crew, Duration.ZERO);
        int[] epochs = new int[1];
        StoredModel stopped = course.learn(model, () -> ++epochs[0] == EPOCHS + 2, new Silent());
        assertThat(stopped.learned()).isZero();
        assertThat(course.checkpoint(model)).exists();
        var resumed = new int[] {-1};
        StoredModel whole = course.learn(stopped, () -> false, new Silent() {
            @Override
            public void begins(Snapshot snapshot, int epoch) {
                resumed[0] = epoch;
            }
        });
        assertThat(resumed[0]).isEqualTo(2);
        assertThat(whole.learned()).isOne();
        assertThat(course.checkpoint(model)).doesNotExist();
        assertThat(graph.history().learned(model))
                .extracting(LearnedSnapshot::epochs)
                .containsExactly(EPOCHS, EPOCHS);
        Map<Integer, double[]> first =
                rows(graph.models().part(whole, "entity.vectors").orElseThrow());
        StoredModel again = graph.models().create("again", "lkge", model.settings());
        again = learn(again);
        Map<Integer, double[]> second =
                rows(graph.models().part(again, "entity.vectors").orElseThrow());
        assertThat(second.keySet()).isEqualTo(first.keySet());
        second.forEach((row, numbers) -> assertThat(numbers).isEqualTo(first.get(row)));
    }

    @Test
    void aSnapshotWithoutFactsToLearnIsNoObstacle() {
        try (var writer = graph.write()) {
            writer.begin("names only");
            writer.mention("e0", "nothing", 1);
            writer.begin("tests only");
            writer.fact(new Fact("e1", "r0", "e2"), 1, "", Split.TEST);
            writer.commit();
        }
        StoredModel model = learn(create("lkge", EPOCHS));
        assertThat(model.learned()).isOne();
        assertThat(Calibrations.read(graph.models(), model)).isEmpty();
    }

    @Test
    void aModelThatIsBehindIsNotUpdated() {
        importParts(0, 2);
        create("lkge", EPOCHS);
        assertThatThrownBy(() -> update(Effort.UPDATE).run(_ -> {}, Progress.SILENT))
                .hasMessageContaining("learned up to snapshot -1 of 1", "kg learn");
        assertThatThrownBy(() -> new GraphUpdate(graph, "other", Effort.UPDATE, crew).run(_ -> {}, Progress.SILENT))
                .hasMessageContaining("no model 'other'");
    }

    private static class Silent implements Course.Listener {
        @Override
        public void begins(Snapshot snapshot, int resumed) {}

        @Override
        public void learned(SnapshotLearning.Outcome outcome) {}

        @Override
        public void epoch(Epoch epoch, Supplier<Checkpoint> checkpoint) {}
    }

    private void importParts(int from, int to) {
        try (var writer = graph.write()) {
            for (int part = from; part < to; part++) {
                GridStore.write(writer, part);
            }
            writer.commit();
        }
    }

    private StoredModel create(String method, int epochs) {
        return graph.models()
                .create("m", method, GridStore.settings(method, epochs).json());
    }

    private StoredModel learn(StoredModel model) {
        return new Course(graph, crew, Duration.ofDays(1)).learn(model, () -> false, new Silent());
    }

    private GraphUpdate update(Effort effort) {
        return new GraphUpdate(graph, "m", effort, crew);
    }

    private State plain(String method, History history) {
        var lifelong = new Lifelong(
                Official.method(method, "ENTITY"),
                GridStore.settings(method, EPOCHS).training(),
                crew);
        var snapshots = GridStore.plain().snapshots();
        for (var snapshot : snapshots) {
            lifelong.open(snapshot);
            lifelong.learn(Progress.SILENT);
            history.after(snapshots.subList(0, snapshot.number() + 1).stream()
                    .map(lifelong::test)
                    .toList());
        }
        return lifelong.state();
    }

    private void assertStored(StoredModel model, State state) {
        assertThat(model.learned()).isEqualTo(state.snapshots() - 1);
        state.ofEntities().forEach((name, table) -> assertStored(model, "entity." + name, table));
        state.ofRelations().forEach((name, table) -> assertStored(model, "relation." + name, table));
        state.shared().forEach((name, table) -> assertStored(model, "shared." + name, table));
        assertThat(graph.models().parts(model))
                .hasSize(state.ofEntities().size()
                        + state.ofRelations().size()
                        + state.shared().size());
        assertThat(graph.models().numbers(model)).isEqualTo(state.numbers());
        assertThat(graph.models().remembered(model).keySet())
                .isEqualTo(state.facts().entrySet().stream()
                        .filter(list -> list.getValue().size() > 0)
                        .map(Map.Entry::getKey)
                        .collect(Collectors.toSet()));
    }

    private void assertStored(StoredModel model, String name, Table table) {
        Map<Integer, double[]> rows = rows(graph.models().part(model, name).orElseThrow());
        assertThat(rows).hasSize(table.rows());
        for (int row = 0; row < table.rows(); row++) {
            assertThat(rows.get(row)).as("%s, row %d", name, row).isEqualTo(table.row(row));
        }
    }

    private double[] counts(StoredModel model) {
        Part part = graph.models().part(model, "entity.counts").orElseThrow();
        double[] counts = new double[graph.models().rows(part)];
        graph.models().readAll(part, (row, numbers) -> counts[row] = numbers[0]);
        return counts;
    }

    private Map<Integer, double[]> rows(Part part) {
        Map<Integer, double[]> rows = new HashMap<>();
        graph.models().readAll(part, (row, numbers) -> rows.put(row, numbers.clone()));
        return rows;
    }
}
