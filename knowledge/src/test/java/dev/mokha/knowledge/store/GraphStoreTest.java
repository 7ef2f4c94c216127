package dev.mokha.knowledge.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.knowledge.triples.Fact;
import dev.mokha.knowledge.triples.Split;
import dev.mokha.knowledge.triples.Triple;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GraphStoreTest {
    private static final Fact CAPITAL = new Fact("القاهرة", "capital of", "مصر");
    private static final Fact NEIGHBOUR = new Fact("مصر", "neighbor", "السودان");

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void place() {
        file = folder.resolve("graph.db");
    }

    @Test
    void factsComeAndGoBySnapshots() {
        try (var store = GraphStore.create(file)) {
            try (var writer = store.write()) {
                writer.begin("monday");
                writer.source(Path.of("day.tsv"));
                writer.fact(CAPITAL, 7, "", Split.TRAIN);
                writer.fact(CAPITAL, 8, "", Split.TRAIN);
                writer.fact(NEIGHBOUR, 9, "", Split.TEST);
                assertThat(writer.commit()).containsExactly(0);
            }
            try (var writer = store.write()) {
                writer.begin("tuesday");
                writer.remove(NEIGHBOUR);
                writer.fact(new Fact("مصر", "neighbor", "ليبيا"), 1, "", Split.VALID);
                writer.mention("مصر", "Egypt", 2);
                writer.prefix("ex", "http://example.org/");
                writer.commit();
            }
        }
        try (var store = GraphStore.open(file)) {
            assertThat(store.entities()).containsExactly("القاهرة", "مصر", "السودان", "ليبيا");
            assertThat(store.relations()).containsExactly("capital of", "neighbor");
            var days = store.snapshots();
            assertThat(days).extracting(Snapshot::name).containsExactly("monday", "tuesday");
            assertThat(days).extracting(Snapshot::added).containsExactly(2L, 1L);
            assertThat(days).extracting(Snapshot::removed).containsExactly(0L, 1L);
            assertThat(days).extracting(Snapshot::duplicates).containsExactly(1L, 0L);
            assertThat(days).extracting(Snapshot::hash).doesNotHaveDuplicates();
            Delta tuesday = store.delta(1);
            assertThat(tuesday.added(Split.VALID)).containsExactly(new Triple(1, 1, 3));
            assertThat(tuesday.train()).isEmpty();
            assertThat(tuesday.removed()).containsExactly(new Triple(1, 1, 2));
            assertThat(tuesday.entitiesBefore()).isEqualTo(3);
            assertThat(tuesday.entities()).isEqualTo(4);
            assertThat(store.facts(0, Split.TEST)).containsExactly(new Triple(1, 1, 2));
            assertThat(store.facts(1, Split.TEST)).isEmpty();
            assertThat(store.neighbours(0, 10)).containsExactly(new StoredFact(CAPITAL, Split.TRAIN, 0, "day.tsv", 7));
            assertThat(store.degree(2)).isZero();
            assertThat(store.mentioned("Egypt")).containsExactly(1);
            assertThat(store.mentions(1)).containsExactly("Egypt");
            assertThat(store.prefixes()).containsEntry("ex", "http://example.org/");
            assertThatThrownBy(() -> store.delta(2)).hasMessageContaining("no snapshot 2");
        }
        assertThat(folder).isDirectoryContaining("glob:**graph.db").isDirectoryNotContaining("glob:**-wal");
    }

    @Test
    void whatIsNotCommittedNeverWas() {
        try (var store = GraphStore.create(file)) {
            try (var writer = store.write()) {
                writer.begin("a");
                writer.fact(CAPITAL, 1, "", Split.TRAIN);
            }
            assertThat(store.snapshots()).isEmpty();
            assertThat(store.entities()).isEmpty();
            assertThat(file).doesNotExist();
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aNewStoreHasItsFileWhenItIsWhole() throws IOException {
        Path dead = Files.writeString(folder.resolve("graph.db.1.new"), "what a writer that was killed had written");
        Path other = Files.writeString(folder.resolve("other.db.1.new"), "somebody else's");
        try (var store = GraphStore.create(file);
                var late = GraphStore.create(file)) {
            assertThat(dead).doesNotExist();
            assertThat(other).exists();
            for (GraphStore one : List.of(store, late)) {
                try (var writer = one.write()) {
                    writer.begin("a");
                    writer.fact(CAPITAL, 1, "", Split.TRAIN);
                    if (one == late) {
                        assertThatThrownBy(writer::commit)
                                .isInstanceOf(StoreException.class)
                                .hasMessageContaining("graph.db was made by another process meanwhile");
                        break;
                    }
                    assertThat(file).doesNotExist();
                    writer.commit();
                    assertThat(file).exists();
                }
            }
            try (var writer = store.write()) {
                writer.begin("b");
                writer.remove(CAPITAL);
                writer.commit();
            }
            assertThat(store.snapshots()).hasSize(2);
        }
        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("graph.db", "other.db.1.new");
    }

    /// Against a set, with so many facts that they are written in several statements.
    @Property(tries = 20)
    void whatHoldsAlreadyIsCountedOnceHoweverManyAreWrittenAtOnce(
            @ForAll @Size(min = 1, max = 400) List<@IntRange(max = 400) Integer> numbers,
            @ForAll @IntRange(min = 1, max = 200) int days)
            throws IOException {
        Path own = Files.createTempDirectory("store");
        var held = new LinkedHashSet<Fact>();
        var came = new ArrayList<Integer>();
        try (var store = GraphStore.create(own.resolve("g.db"));
                var writer = store.write()) {
            for (int i = 0; i < numbers.size(); i++) {
                if (i % days == 0) {
                    writer.begin("day " + i);
                    came.add(0);
                }
                int number = numbers.get(i);
                var fact = new Fact("e" + number % 20, "r", "\u0000e" + number / 20);
                if (held.add(fact)) {
                    came.set(came.size() - 1, came.getLast() + 1);
                }
                writer.fact(fact, i, "", Split.TRAIN);
                if (i % 50 == 0) {
                    assertThat(writer.added()).isEqualTo(came.getLast().longValue());
                }
            }
            writer.commit();
            assertThat(store.snapshots()).extracting(one -> (int) one.added()).isEqualTo(came);
            assertThat(store.snapshots().stream().mapToLong(one -> one.added() + one.duplicates()))
                    .satisfies(all -> assertThat(
                                    all.stream().mapToLong(Long::longValue).sum())
                            .isEqualTo(numbers.size()));
            var read = new ArrayList<Fact>();
            store.forEach(came.size() - 1, fact -> read.add(fact.fact()));
            assertThat(read).containsExactlyElementsOf(held);
        } finally {
            for (String name : List.of("g.db", "g.db-wal", "g.db-shm")) {
                Files.deleteIfExists(own.resolve(name));
            }
            Files.delete(own);
        }
    }

    @Test
    void aSecondWriterIsToldToWaitAndReadersSeeTheStateBefore() {
        try (var store = GraphStore.create(file);
                var writer = store.write()) {
            writer.begin("before");
            writer.commit();
        }
        try (var store = GraphStore.create(file);
                var other = GraphStore.open(file);
                var writer = store.write()) {
            writer.begin("a");
            writer.fact(CAPITAL, 1, "", Split.TRAIN);
            assertThatThrownBy(other::write)
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("graph.db is being written by another process");
            assertThat(other.snapshots()).hasSize(1);
            writer.commit();
            assertThat(other.snapshots()).hasSize(2);
        }
    }

    @Test
    void whatIsNoStoreIsRefused() throws IOException {
        assertThatThrownBy(() -> GraphStore.open(file)).hasMessageContaining("mokha kg import");
        Files.writeString(file, "this is a letter and not a graph, and it is long enough to have a header".repeat(20));
        assertThatThrownBy(() -> GraphStore.open(file)).hasMessageContaining("is no graph of Mokha");
    }

    @Test
    void wrongStepsAreNamed() {
        try (var store = GraphStore.create(file);
                var writer = store.write()) {
            assertThatThrownBy(() -> writer.fact(CAPITAL, 1, "", Split.TRAIN)).hasMessageContaining("snapshot");
            writer.begin("a");
            assertThatThrownBy(() -> writer.remove(CAPITAL)).hasMessageContaining("does not hold");
            assertThatThrownBy(() -> writer.begin("a")).hasMessageContaining("snapshot 'a' already");
        }
    }

    /// Against a set: each step of a random history adds or removes a fact.
    @Property(tries = 25)
    void aHistoryIsReadBackAsItWas(@ForAll @Size(max = 40) List<@IntRange(max = 26) Integer> steps) throws IOException {
        Path own = Files.createTempDirectory("store");
        var states = new ArrayList<Set<Triple>>();
        try (var store = GraphStore.create(own.resolve("g.db"))) {
            Set<Triple> state = new LinkedHashSet<>();
            for (int i = 0; i < steps.size(); i++) {
                try (var writer = store.write()) {
                    writer.begin("s" + i);
                    int step = steps.get(i);
                    var fact = new Fact("e" + step % 3, "r" + step / 3 % 3, "e" + step / 9);
                    var triple = new Triple(step % 3, step / 3 % 3, step / 9);
                    if (state.remove(triple)) {
                        writer.remove(fact);
                    } else {
                        state.add(triple);
                        writer.fact(fact, i, "", Split.TRAIN);
                    }
                    writer.commit();
                }
                states.add(new LinkedHashSet<>(state));
            }
            List<String> entities = store.entities();
            List<String> relations = store.relations();
            for (int i = 0; i < states.size(); i++) {
                var read = new LinkedHashSet<Triple>();
                for (Triple triple : store.facts(i, Split.TRAIN)) {
                    read.add(new Triple(
                            entities.get(triple.head()).charAt(1) - '0',
                            relations.get(triple.relation()).charAt(1) - '0',
                            entities.get(triple.tail()).charAt(1) - '0'));
                }
                assertThat(read).isEqualTo(states.get(i));
            }
        } finally {
            for (String name : List.of("g.db", "g.db-wal", "g.db-shm")) {
                Files.deleteIfExists(own.resolve(name));
            }
            Files.delete(own);
        }
    }

    @Test
    void theNearestNamesComeFirst() {
        List<String> names = List.of("Cairo", "Kairo", "Khartoum", "Tripoli");
        assertThat(Nearest.to("cairo", names, 3)).containsExactly("Cairo", "Kairo");
        assertThat(Nearest.to("Trippoli", names, 3)).containsExactly("Tripoli");
        assertThat(Nearest.to("Wellington", names, 3)).isEmpty();
        assertThat(Nearest.distance("kitten", "sitting", 9)).isEqualTo(3);
    }
}
