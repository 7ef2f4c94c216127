package dev.mokha.knowledge.store;

import dev.mokha.knowledge.triples.Fact;
import dev.mokha.knowledge.triples.Split;
import dev.mokha.knowledge.triples.Triple;
import dev.mokha.knowledge.triples.Triples;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A graph that grows, in one file: facts with the snapshots in which they came and went, where they came
/// from, and the texts by which people call their entities. Numbers of entities and relations go by first
/// appearance and never change.
///
/// A snapshot is a transaction: whoever is killed while writing leaves the store as it was. Many may read
/// at once, and read the state before while one writes. An object belongs to one thread at a time.
public final class GraphStore implements AutoCloseable {
    private static final String FACT =
            "select h.name, r.name, t.name, f.split, f.first, s.file, f.line from fact f join entity h on h.id ="
                    + " f.head join relation r on r.id = f.relation join entity t on t.id = f.tail join source s on s.id ="
                    + " f.source";

    private final Path file;
    private Database database;
    private @Nullable NewFile fresh;

    private GraphStore(Path file) {
        this.file = file;
        this.database = opened(file);
    }

    private GraphStore(Path file, NewFile fresh) {
        this.file = file;
        this.fresh = fresh;
        this.database = fresh.database();
    }

    private static Database opened(Path file) {
        var database = new Database(file);
        try {
            Schema.prepare(database, file);
        } catch (StoreException e) {
            database.close();
            throw e;
        }
        return database;
    }

    /// Opens a store, a new one where there is no file. A new one has its file from its first snapshot on:
    /// before, others do not see it, and closing leaves nothing.
    public static GraphStore create(Path file) {
        return Files.exists(file) ? new GraphStore(file) : new GraphStore(file, new NewFile(file));
    }

    /// Opens a store that is there.
    ///
    /// @throws StoreException when it is not, or is something else
    public static GraphStore open(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new StoreException(file + " is no store; make one: mokha kg import FILE --store " + file);
        }
        return new GraphStore(file);
    }

    /// Begins to write snapshots. Nothing is seen by others before {@link SnapshotWriter#commit}.
    ///
    /// @throws StoreException when another process is writing
    public SnapshotWriter write() {
        return new SnapshotWriter(database, this::commit);
    }

    private void commit() {
        NewFile whole = fresh;
        if (whole == null) {
            database.update("commit");
        } else {
            whole.settle();
            fresh = null;
            database = opened(file);
        }
    }

    /// Does work in one transaction: all that is written lasts, or nothing where it fails.
    ///
    /// @throws StoreException when another process is writing
    public void atomically(Runnable work) {
        database.atomically(work);
    }

    /// {@return the models that learned this graph}
    public ModelStore models() {
        return new ModelStore(() -> database);
    }

    /// {@return how its models came along}
    public ModelHistory history() {
        return new ModelHistory(() -> database);
    }

    /// {@return facts of a few entities, found without reading the others}
    public Surroundings surroundings() {
        return new Surroundings(() -> database);
    }

    public Path file() {
        return file;
    }

    /// {@return all snapshots in order}
    public List<Snapshot> snapshots() {
        var snapshots = new ArrayList<Snapshot>();
        database.query(
                row -> new Snapshot(
                        row.getInt(1),
                        row.getString(2),
                        Instant.parse(row.getString(3)),
                        row.getLong(4),
                        row.getLong(5),
                        row.getLong(6),
                        row.getInt(7),
                        row.getInt(8),
                        row.getString(9)),
                snapshots::add,
                "select id, name, time, added, removed, duplicates, entities, relations, hash from snapshot order by id");
        return snapshots;
    }

    /// {@return what this snapshot changed}
    ///
    /// @throws StoreException when there is none of this number
    public Delta delta(int number) {
        Snapshot now = snapshot(number);
        Snapshot before = number == 0 ? null : snapshot(number - 1);
        return new Delta(
                number,
                triples("first = ? and (gone is null or gone > first) and split = ?", number, Split.TRAIN.number()),
                triples("first = ? and (gone is null or gone > first) and split = ?", number, Split.VALID.number()),
                triples("first = ? and (gone is null or gone > first) and split = ?", number, Split.TEST.number()),
                triples("gone = ?", number),
                before == null ? 0 : before.entities(),
                now.entities(),
                before == null ? 0 : before.relations(),
                now.relations());
    }

    /// {@return the facts that held in this snapshot, in the order in which they came}
    public Triples facts(int number, Split split) {
        snapshot(number);
        return triples("first <= ? and (gone is null or gone > ?) and split = ?", number, number, split.number());
    }

    /// In which order facts are said.
    public enum Order {
        /// As they came.
        CAME,
        /// Those about one head after each other, and of these those in one relation.
        HEAD
    }

    /// Says all facts that held in this snapshot, one by one, as they came.
    public void forEach(int number, Consumer<StoredFact> facts) {
        forEach(number, Order.CAME, facts);
    }

    /// Says all facts that held in this snapshot, one by one.
    public void forEach(int number, Order order, Consumer<StoredFact> facts) {
        snapshot(number);
        String by = order == Order.CAME ? "f.id" : "f.head, f.relation, f.id";
        database.query(
                GraphStore::fact,
                facts,
                FACT + " where f.first <= ? and (f.gone is null or f.gone > ?) order by " + by,
                number,
                number);
    }

    /// {@return facts that hold now with this entity as head or tail, at most so many}
    public List<StoredFact> neighbours(int entity, int most) {
        var facts = new ArrayList<StoredFact>();
        database.query(
                GraphStore::fact,
                facts::add,
                FACT + " where f.gone is null and (f.head = ? or f.tail = ?) order by f.id limit ?",
                entity,
                entity,
                most);
        return facts;
    }

    /// {@return how many facts hold now with this entity as head or tail}
    public long degree(int entity) {
        return database.number(
                0, "select count(*) from fact where gone is null and (head = ? or tail = ?)", entity, entity);
    }

    /// {@return the number of the entity of this name}
    public OptionalInt entity(String name) {
        return found(database.number(-1, "select id from entity where name = ?", name));
    }

    /// {@return the number of the relation of this name}
    public OptionalInt relation(String name) {
        return found(database.number(-1, "select id from relation where name = ?", name));
    }

    /// {@return the name of the entity of this number}
    ///
    /// @throws StoreException when there is none
    public String entityName(int number) {
        return name("entity", number);
    }

    /// {@return the name of the relation of this number}
    ///
    /// @throws StoreException when there is none
    public String relationName(int number) {
        return name("relation", number);
    }

    private String name(String table, int number) {
        List<String> names = strings("select name from " + table + " where id = ?", number);
        if (names.isEmpty()) {
            throw new StoreException("%s has no %s of number %d".formatted(file, table, number));
        }
        return names.getFirst();
    }

    /// {@return the names of all entities, by number}
    public List<String> entities() {
        return strings("select name from entity order by id");
    }

    /// {@return the names of all relations, by number}
    public List<String> relations() {
        return strings("select name from relation order by id");
    }

    /// {@return the numbers of the entities that people call so}
    public List<Integer> mentioned(String text) {
        var entities = new ArrayList<Integer>();
        database.query(
                row -> entities.add(row.getInt(1)), "select entity from mention where text = ? order by entity", text);
        return entities;
    }

    /// {@return the texts by which people call this entity}
    public List<String> mentions(int entity) {
        return strings("select text from mention where entity = ? order by text", entity);
    }

    /// Says all texts by which people called entities in this snapshot: an entity, a text.
    public void forEachMention(int number, BiConsumer<String, String> mentions) {
        snapshot(number);
        database.query(
                row -> Map.entry(row.getString(1), row.getString(2)),
                mention -> mentions.accept(mention.getKey(), mention.getValue()),
                "select e.name, m.text from mention m join entity e on e.id = m.entity where m.first <= ?"
                        + " order by m.entity, m.text",
                number);
    }

    /// {@return short forms of names, such as `ex` for `http://example.org/`}
    public Map<String, String> prefixes() {
        var prefixes = new TreeMap<String, String>();
        database.query(
                row -> Map.entry(row.getString(1), row.getString(2)),
                prefix -> prefixes.put(prefix.getKey(), prefix.getValue()),
                "select name, iri from prefix");
        return prefixes;
    }

    private Snapshot snapshot(int number) {
        List<Snapshot> all = snapshots();
        if (number < 0 || number >= all.size()) {
            throw new StoreException(
                    "%s has no snapshot %d; it has %d, counted from 0".formatted(file, number, all.size()));
        }
        return all.get(number);
    }

    private Triples triples(String condition, Object... values) {
        var triples = new Triples.Builder();
        database.query(
                row -> new Triple(row.getInt(1), row.getInt(2), row.getInt(3)),
                triple -> triples.add(triple.head(), triple.relation(), triple.tail()),
                "select head, relation, tail from fact where " + condition + " order by id",
                values);
        return triples.build();
    }

    private List<String> strings(String sql, Object... values) {
        var strings = new ArrayList<String>();
        database.query(row -> Objects.requireNonNull(row.getString(1)), strings::add, sql, values);
        return strings;
    }

    private static OptionalInt found(long number) {
        return number < 0 ? OptionalInt.empty() : OptionalInt.of((int) number);
    }

    private static StoredFact fact(ResultSet row) throws SQLException {
        return new StoredFact(
                new Fact(row.getString(1), row.getString(2), row.getString(3)),
                Split.of(row.getInt(4)),
                row.getInt(5),
                row.getString(6),
                row.getLong(7));
    }

    @Override
    public void close() {
        if (fresh != null) {
            fresh.delete();
        } else {
            database.close();
        }
    }
}
