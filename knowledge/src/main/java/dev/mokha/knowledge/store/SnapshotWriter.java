package dev.mokha.knowledge.store;

import dev.mokha.knowledge.triples.Fact;
import dev.mokha.knowledge.triples.FactSink;
import dev.mokha.knowledge.triples.Split;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// Writes one snapshot or several, all or none. Closing without {@link #commit} leaves the store as it was.
public final class SnapshotWriter implements FactSink, AutoCloseable {
    private static final int NONE = -1;

    private final Database database;
    private final NameTable entities;
    private final NameTable relations;
    private final WaitingFacts waiting;
    private final Runnable lasting;
    private final MessageDigest digest;
    private final List<Integer> written = new ArrayList<>();
    private int source;
    private int number;
    private String name = "";
    private boolean began;
    private boolean ended;
    private long added;
    private long removed;
    private long seen;

    /// @param lasting makes what was written last
    SnapshotWriter(Database database, Runnable lasting) {
        this.database = database;
        this.lasting = lasting;
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256, which every Java has to have", e);
        }
        database.update("begin immediate");
        this.entities = new NameTable(database, "entity");
        this.relations = new NameTable(database, "relation");
        this.waiting = new WaitingFacts(database);
        this.number = (int) database.number(0, "select count(*) from snapshot") - 1;
        source("");
    }

    /// Says which file the next facts come from.
    public void source(Path file) {
        source(file.toString());
    }

    private void source(String file) {
        int known = (int) database.number(NONE, "select id from source where file = ?", file);
        if (known == NONE) {
            known = (int) database.number(0, "select count(*) from source");
            database.update("insert into source(id, file) values(?, ?)", known, file);
        }
        source = known;
    }

    /// Begins a snapshot, and ends the one before it.
    ///
    /// @throws StoreException when there is one of this name
    public void begin(String snapshot) {
        if (database.number(NONE, "select id from snapshot where name = ?", snapshot) != NONE
                || (began && snapshot.equals(name))) {
            throw new StoreException(
                    "there is a snapshot '%s' already; choose another name, and sort files by their column of snapshots"
                            .formatted(snapshot));
        }
        end();
        began = true;
        name = snapshot;
        number++;
        added = 0;
        removed = 0;
        seen = 0;
    }

    /// Adds a fact to the snapshot that its column names, or else to the one begun last.
    @Override
    public void fact(Fact fact, long line, String snapshot, Split split) {
        if (!snapshot.isEmpty() && (!began || !snapshot.equals(name))) {
            begin(snapshot);
        }
        requireSnapshot();
        int head = entities.number(fact.head());
        int relation = relations.number(fact.relation());
        int tail = entities.number(fact.tail());
        seen++;
        if (waiting.add(new WaitingFacts.Row(fact, split, head, relation, tail), List.of(number, source, line))) {
            flush();
        }
    }

    private void flush() {
        entities.flush();
        relations.flush();
        for (WaitingFacts.Row row : waiting.write()) {
            added++;
            hash('+', row.fact(), row.split().label());
        }
    }

    /// Ends a fact: from this snapshot on it holds no more. With one that is added, this is a correction.
    ///
    /// @throws StoreException when it does not hold
    public void remove(Fact fact) {
        requireSnapshot();
        flush();
        int head = entities.known(fact.head());
        int relation = relations.known(fact.relation());
        int tail = entities.known(fact.tail());
        int gone = head < 0 || relation < 0 || tail < 0
                ? 0
                : database.update(
                        "update fact set gone = ? where head = ? and relation = ? and tail = ? and gone is null",
                        number,
                        head,
                        relation,
                        tail);
        if (gone == 0) {
            throw new StoreException(
                    "the fact (%s, %s, %s) does not hold, so it cannot be removed; look at mokha kg facts"
                            .formatted(fact.head(), fact.relation(), fact.tail()));
        }
        removed++;
        hash('-', fact, "");
    }

    @Override
    public void mention(String entity, String text, long line) {
        requireSnapshot();
        database.update(
                "insert or ignore into mention(entity, text, source, line, first) values(?, ?, ?, ?, ?)",
                entities.number(entity),
                text,
                source,
                line,
                number);
    }

    @Override
    public void prefix(String prefix, String iri) {
        database.update("insert or replace into prefix(name, iri) values(?, ?)", prefix, iri);
    }

    /// {@return how many facts the snapshot begun last got so far}
    public long added() {
        flush();
        return added;
    }

    /// Ends the last snapshot, so that this store reads it before it is committed: to learn it in the same
    /// transaction.
    ///
    /// @return the numbers of the snapshots that were written
    public List<Integer> seal() {
        end();
        return List.copyOf(written);
    }

    /// Ends the last snapshot and makes all of them last, with what else was written to the store
    /// meanwhile.
    ///
    /// @return the numbers of the snapshots that were written
    public List<Integer> commit() {
        end();
        lasting.run();
        ended = true;
        return List.copyOf(written);
    }

    private void end() {
        flush(); // names of mentions too
        if (!began) {
            return;
        }
        database.update(
                "insert into snapshot(id, name, time, added, removed, duplicates, entities, relations, hash)"
                        + " values(?, ?, ?, ?, ?, ?, ?, ?, ?)",
                number,
                name,
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                added,
                removed,
                seen - added,
                entities.size(),
                relations.size(),
                HexFormat.of().formatHex(digest.digest()));
        written.add(number);
        began = false;
    }

    private void requireSnapshot() {
        if (!began) {
            throw new StoreException("a fact came before any snapshot was begun; name one");
        }
    }

    private void hash(char sign, Fact fact, String split) {
        String line = sign + "\t" + fact.head() + "\t" + fact.relation() + "\t" + fact.tail() + "\t" + split + "\n";
        digest.update(line.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        if (!ended) {
            ended = true;
            database.update("rollback");
        }
    }
}
