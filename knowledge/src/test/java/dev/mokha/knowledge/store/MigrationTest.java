package dev.mokha.knowledge.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.knowledge.triples.Fact;
import dev.mokha.knowledge.triples.Split;
import dev.mokha.knowledge.triples.Triple;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Stores that other versions wrote.
final class MigrationTest {
    // What version 1 made, as it made it, with one snapshot.
    private static final String[] VERSION_1 = {
        "create table entity(id integer primary key, name text not null unique)",
        "create table relation(id integer primary key, name text not null unique)",
        "create table source(id integer primary key, file text not null unique)",
        "create table snapshot(id integer primary key, name text not null unique, time text not null,"
                + " added integer not null, removed integer not null, duplicates integer not null,"
                + " entities integer not null, relations integer not null, hash text not null)",
        "create table fact(id integer primary key, head integer not null, relation integer not null,"
                + " tail integer not null, split integer not null, first integer not null, gone integer,"
                + " source integer not null, line integer not null)",
        "create unique index holding on fact(head, relation, tail) where gone is null",
        "create index by_tail on fact(tail) where gone is null",
        "create index by_gone on fact(gone) where gone is not null",
        "create table mention(entity integer not null, text text not null, source integer not null,"
                + " line integer not null, first integer not null, primary key(entity, text)) without rowid",
        "create index by_text on mention(text)",
        "create table prefix(name text primary key, iri text not null) without rowid",
        "insert into entity values(0, 'Cairo'), (1, 'Egypt')",
        "insert into relation values(0, 'capital of')",
        "insert into source values(0, ''), (1, 'day.tsv')",
        "insert into fact values(1, 0, 0, 1, 0, 0, null, 1, 7)",
        "insert into snapshot values(0, 'monday', '2026-11-23T23:53:41Z', 1, 0, 0, 2, 1, '0123456789abcdef')",
        "pragma user_version = 1",
        "pragma application_id = " + 0x4d6f6b68,
    };

    @TempDir
    private Path folder;

    @Test
    void aStoreOfVersionOneKeepsItsFactsAndGetsModels() throws SQLException {
        Path file = folder.resolve("old.db");
        run(file, VERSION_1);
        for (int opened = 0; opened < 2; opened++) {
            try (var store = GraphStore.open(file)) {
                assertThat(store.delta(0).train()).containsExactly(new Triple(0, 0, 1));
                assertThat(store.neighbours(1, 9))
                        .containsExactly(
                                new StoredFact(new Fact("Cairo", "capital of", "Egypt"), Split.TRAIN, 0, "day.tsv", 7));
                assertThat(store.models().all()).hasSize(opened);
                if (opened == 0) {
                    store.models().create("default", "lkge", "{}");
                }
            }
        }
    }

    @Test
    void aStoreOfALaterVersionIsRefused() throws SQLException {
        Path file = folder.resolve("new.db");
        try (var store = GraphStore.create(file);
                var writer = store.write()) {
            writer.begin("a");
            writer.commit();
        }
        run(file, "pragma user_version = 3");
        assertThatThrownBy(() -> GraphStore.open(file))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("version 3", "knows 1 to 2");
    }

    private static void run(Path file, String... statements) throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                var statement = connection.createStatement()) {
            for (String one : statements) {
                statement.execute(one);
            }
        }
    }
}
