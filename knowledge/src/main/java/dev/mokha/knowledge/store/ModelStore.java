package dev.mokha.knowledge.store;

import dev.mokha.knowledge.triples.Triples;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The models of a store and what each learned. What is written belongs to the transaction that is open,
/// that of a [SnapshotWriter] or of [GraphStore#atomically]; so facts and what was learned of them are
/// stored together or not at all.
public final class ModelStore {
    private static final String MODELS = "select id, name, method, settings, learned from model";

    private final Supplier<Database> database; // a new store's changes with its first snapshot

    ModelStore(Supplier<Database> database) {
        this.database = database;
    }

    /// Takes rows of numbers.
    @FunctionalInterface
    public interface RowSink {
        /// @param numbers `[width]`, the same array for all rows
        void row(int row, double[] numbers);
    }

    /// {@return all models, by name}
    public List<StoredModel> all() {
        var models = new ArrayList<StoredModel>();
        database.get().query(row -> models.add(model(row)), MODELS + " order by name");
        return models;
    }

    /// {@return the model of this name}
    public Optional<StoredModel> find(String name) {
        var models = new ArrayList<StoredModel>();
        database.get().query(row -> models.add(model(row)), MODELS + " where name = ?", name);
        return models.stream().findFirst();
    }

    /// Makes a model that has learned nothing.
    ///
    /// @param settings as JSON
    /// @throws StoreException when there is one of this name
    public StoredModel create(String name, String method, String settings) {
        if (find(name).isPresent()) {
            throw new StoreException("there is a model '%s' already; choose another name, or learn it anew with --again"
                    .formatted(name));
        }
        int id = (int) database.get().number(0, "select coalesce(max(id), -1) + 1 from model");
        database.get()
                .update(
                        "insert into model(id, name, method, settings, learned) values(?, ?, ?, ?, -1)",
                        id,
                        name,
                        method,
                        settings);
        return new StoredModel(id, name, method, settings, -1);
    }

    /// Forgets a model and all that it learned.
    public void delete(StoredModel model) {
        for (Part part : parts(model)) {
            delete(part);
        }
        for (String table : List.of("remembered", "number", "learned", "figure")) {
            database.get().update("delete from " + table + " where model = ?", model.id());
        }
        database.get().update("delete from model where id = ?", model.id());
    }

    /// Notes the last snapshot that a model has learned; {@return the model then}
    public StoredModel learned(StoredModel model, int snapshot) {
        database.get().update("update model set learned = ? where id = ?", snapshot, model.id());
        return model.after(snapshot);
    }

    /// {@return what [#calibrate] noted}
    public Optional<String> calibration(StoredModel model) {
        var texts = new ArrayList<@Nullable String>();
        database.get()
                .query(row -> texts.add(row.getString(1)), "select calibration from model where id = ?", model.id());
        return texts.isEmpty() ? Optional.empty() : Optional.ofNullable(texts.getFirst());
    }

    /// Notes how scores become probabilities.
    public void calibrate(StoredModel model, String json) {
        database.get().update("update model set calibration = ? where id = ?", json, model.id());
    }

    /// {@return a model's tables}
    public List<Part> parts(StoredModel model) {
        var parts = new ArrayList<Part>();
        database.get()
                .query(
                        row -> parts.add(new Part(
                                row.getInt(1), row.getString(2), row.getInt(3), Part.Precision.of(row.getInt(4)))),
                        "select id, name, width, bytes from part where model = ? order by id",
                        model.id());
        return parts;
    }

    /// {@return a model's table of this name}
    public Optional<Part> part(StoredModel model, String name) {
        return parts(model).stream().filter(part -> part.name().equals(name)).findFirst();
    }

    /// {@return a model's table of this name, a new one without rows where there is none of this shape}
    public Part define(StoredModel model, String name, int width, Part.Precision precision) {
        Part old = part(model, name).orElse(null);
        if (old != null && old.width() == width && old.precision() == precision) {
            return old;
        }
        if (old != null) {
            delete(old);
        }
        int id = (int) database.get().number(0, "select coalesce(max(id), -1) + 1 from part");
        database.get()
                .update(
                        "insert into part(id, model, name, width, bytes) values(?, ?, ?, ?, ?)",
                        id,
                        model.id(),
                        name,
                        width,
                        precision.bytes());
        return new Part(id, name, width, precision);
    }

    private void delete(Part part) {
        database.get().update("delete from vector where id between ? and ?", part.key(0), part.key(Integer.MAX_VALUE));
        database.get().update("delete from part where id = ?", part.id());
    }

    /// {@return one more than the largest row}
    public int rows(Part part) {
        return (int) database.get()
                .number(
                        0,
                        "select coalesce(max(id) & 4294967295, -1) + 1 from vector where id between ? and ?",
                        part.key(0),
                        part.key(Integer.MAX_VALUE));
    }

    /// Reads some rows, in the given order; those that are not there are left out.
    public void read(Part part, int[] rows, RowSink sink) {
        double[] numbers = new double[part.width()];
        for (int row : rows) {
            database.get()
                    .query(
                            found -> {
                                part.read(found.getBytes(1), numbers);
                                sink.row(row, numbers);
                            },
                            "select numbers from vector where id = ?",
                            part.key(row));
        }
    }

    /// Reads all rows, ascending.
    public void readAll(Part part, RowSink sink) {
        double[] numbers = new double[part.width()];
        database.get()
                .query(
                        found -> {
                            part.read(found.getBytes(2), numbers);
                            sink.row((int) found.getLong(1), numbers);
                        },
                        "select id, numbers from vector where id between ? and ? order by id",
                        part.key(0),
                        part.key(Integer.MAX_VALUE));
    }

    /// Writes a row, over what was there.
    ///
    /// @param from where its numbers begin
    public void write(Part part, int row, double[] numbers, int from) {
        if (row < 0) {
            throw new IllegalArgumentException("rows count from 0, not " + row);
        }
        database.get()
                .update(
                        "insert or replace into vector(id, numbers) values(?, ?)",
                        part.key(row),
                        part.blob(numbers, from));
    }

    /// {@return lists of facts that a model keeps, by name; relations as the model counts them}
    public Map<String, Triples> remembered(StoredModel model) {
        var lists = new TreeMap<String, Triples.Builder>();
        database.get()
                .query(
                        row -> lists.computeIfAbsent(row.getString(1), _ -> new Triples.Builder())
                                .add(row.getInt(2), row.getInt(3), row.getInt(4)),
                        "select list, head, relation, tail from remembered where model = ? order by list, position",
                        model.id());
        var built = new TreeMap<String, Triples>();
        lists.forEach((list, facts) -> built.put(list, facts.build()));
        return built;
    }

    /// Keeps these lists of facts, and no others.
    public void remember(StoredModel model, Map<String, Triples> lists) {
        database.get().update("delete from remembered where model = ?", model.id());
        lists.forEach((list, facts) -> {
            for (int i = 0; i < facts.size(); i++) {
                database.get()
                        .update(
                                "insert into remembered(model, list, position, head, relation, tail) values(?, ?, ?,"
                                        + " ?, ?, ?)",
                                model.id(),
                                list,
                                i,
                                facts.head(i),
                                facts.relation(i),
                                facts.tail(i));
            }
        });
    }

    /// {@return numbers that a model keeps, by name}
    public Map<String, Double> numbers(StoredModel model) {
        var numbers = new TreeMap<String, Double>();
        database.get()
                .query(
                        row -> numbers.put(row.getString(1), row.getDouble(2)),
                        "select name, value from number where model = ?",
                        model.id());
        return numbers;
    }

    /// Keeps these numbers, and no others.
    public void keep(StoredModel model, Map<String, Double> numbers) {
        database.get().update("delete from number where model = ?", model.id());
        numbers.forEach((name, value) -> database.get()
                .update("insert into number(model, name, value) values(?, ?, ?)", model.id(), name, value));
    }

    private static StoredModel model(ResultSet row) throws SQLException {
        return new StoredModel(row.getInt(1), row.getString(2), row.getString(3), row.getString(4), row.getInt(5));
    }
}
