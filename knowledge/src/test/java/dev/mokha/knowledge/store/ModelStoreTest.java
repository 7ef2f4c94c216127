package dev.mokha.knowledge.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.knowledge.triples.Fact;
import dev.mokha.knowledge.triples.Split;
import dev.mokha.knowledge.triples.Triples;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ModelStoreTest {
    private static final double[] NUMBERS = {1.5, -0.1, Double.MIN_VALUE, 1e300, 0, -0.0, 7, 8};

    private static final Triples MEMORY =
            new Triples.Builder().add(1, 2, 3).add(0, 0, 0).build();

    @TempDir
    private Path folder;

    private GraphStore store;
    private ModelStore models;

    @BeforeEach
    void open() {
        store = GraphStore.create(folder.resolve("graph.db"));
        models = store.models();
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void doublesAreReadAsTheyWereWrittenAndFloatsAsTheNearest() {
        StoredModel model = models.create("a", "lkge", "{}");
        Part exact = models.define(model, "entities", 4, Part.Precision.DOUBLE);
        Part near = models.define(model, "relations", 4, Part.Precision.FLOAT);
        models.write(exact, 3, NUMBERS, 0);
        models.write(exact, 70_000, NUMBERS, 4);
        models.write(near, 1, NUMBERS, 0);
        assertThat(rows(exact)).containsOnlyKeys(3, 70_000);
        assertThat(rows(exact).get(3)).containsExactly(1.5, -0.1, Double.MIN_VALUE, 1e300);
        assertThat(rows(exact).get(70_000)).containsExactly(0, -0.0, 7, 8);
        assertThat(rows(near).get(1)).containsExactly(1.5, -0.1f, 0, Double.POSITIVE_INFINITY);
        assertThat(models.rows(exact)).isEqualTo(70_001);
        Map<Integer, double[]> some = new HashMap<>();
        models.read(exact, new int[] {70_000, 5}, (row, numbers) -> some.put(row, numbers.clone()));
        assertThat(some).containsOnlyKeys(70_000);
    }

    @Test
    void aTableOfAnotherShapeBeginsAnew() {
        StoredModel model = models.create("a", "lkge", "{}");
        Part part = models.define(model, "entities", 4, Part.Precision.DOUBLE);
        models.write(part, 0, NUMBERS, 0);
        assertThat(models.define(model, "entities", 4, Part.Precision.DOUBLE)).isEqualTo(part);
        Part wider = models.define(model, "entities", 8, Part.Precision.DOUBLE);
        assertThat(models.rows(wider)).isZero();
        assertThat(models.parts(model)).containsExactly(wider);
    }

    @Test
    void modelsKeepApartAndOneIsForgottenWhole() {
        StoredModel one = models.create("one", "lkge", "{\"dim\":4}");
        StoredModel other = models.create("other", "finetune", "{}");
        for (StoredModel model : new StoredModel[] {one, other}) {
            models.write(models.define(model, "entities", 4, Part.Precision.DOUBLE), 0, NUMBERS, 0);
            models.remember(model, Map.of("memory", MEMORY));
            models.keep(model, Map.of("seen", 0.5));
            models.calibrate(model, "{\"a\":1}");
            store.history().add(model, new LearnedSnapshot(0, 5, 4, 3, 2, 1.5, 6));
            store.history().add(model, figure());
        }
        models.learned(one, 7);
        assertThat(models.find("one")).contains(one.after(7));
        assertThatThrownBy(() -> models.create("one", "x", "{}")).hasMessageContaining("model 'one' already");
        models.delete(one);
        assertThat(models.all()).containsExactly(other);
        assertThat(models.parts(one)).isEmpty();
        assertThat(models.remembered(one)).isEmpty();
        assertThat(store.history().figures(one)).isEmpty();
        assertThat(models.rows(models.part(other, "entities").orElseThrow())).isOne();
        assertThat(models.remembered(other)).containsOnlyKeys("memory");
        assertThat(models.remembered(other).get("memory")).isEqualTo(MEMORY);
        assertThat(models.numbers(other)).containsExactly(Map.entry("seen", 0.5));
        assertThat(models.numbers(one)).isEmpty();
        assertThat(models.calibration(other)).contains("{\"a\":1}");
        assertThat(store.history().learned(other)).containsExactly(new LearnedSnapshot(0, 5, 4, 3, 2, 1.5, 6));
        assertThat(store.history().figures(other)).containsExactly(figure());
    }

    @Test
    void whatWasLearnedIsStoredWithItsFactsOrNotAtAll() {
        StoredModel model = models.create("a", "lkge", "{}");
        Part part = models.define(model, "entities", 4, Part.Precision.DOUBLE);
        for (boolean commit : new boolean[] {false, true}) {
            try (var writer = store.write()) {
                writer.begin("monday");
                writer.fact(new Fact("a", "r", "b"), 1, "", Split.TRAIN);
                assertThat(writer.seal()).containsExactly(0);
                assertThat(store.delta(0).train()).hasSize(1);
                models.write(part, 0, NUMBERS, 0);
                models.learned(model, 0);
                if (commit) {
                    writer.commit();
                }
            }
            assertThat(store.snapshots()).hasSize(commit ? 1 : 0);
            assertThat(models.rows(part)).isEqualTo(commit ? 1 : 0);
            assertThat(models.find("a").orElseThrow().learned()).isEqualTo(commit ? 0 : -1);
        }
        assertThatThrownBy(() -> store.atomically(() -> {
                    models.delete(model);
                    throw new StoreException("stop");
                }))
                .hasMessage("stop");
        assertThat(models.find("a")).isPresent();
    }

    private static StoredFigure figure() {
        return new StoredFigure(
                1, 0, StoredFigure.Moment.AFTER, StoredFigure.Among.NOW, 10, 20, 3.5, 0.5, 0.1, 0.2, 0.3, 0.4);
    }

    private Map<Integer, double[]> rows(Part part) {
        Map<Integer, double[]> rows = new HashMap<>();
        models.readAll(part, (row, numbers) -> rows.put(row, numbers.clone()));
        return rows;
    }
}
