package dev.mokha.knowledge.learn;

import dev.mokha.knowledge.embed.Table;
import dev.mokha.knowledge.graph.Facts;
import dev.mokha.knowledge.lifelong.State;
import dev.mokha.knowledge.query.WholeState;
import dev.mokha.knowledge.store.ModelStore;
import dev.mokha.knowledge.store.Part;
import dev.mokha.knowledge.store.StoredModel;
import dev.mokha.knowledge.triples.Triples;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A model's state in the store: the table `x` of entities is the part `entity.x`, that of relations
/// `relation.x`, rows by the graph's numbers, and relation `n` has the rows `2n` and `2n + 1`. A shared
/// table
/// is `shared.x`.
final class StoredState {
    private final ModelStore models;
    private final StoredModel model;

    StoredState(ModelStore models, StoredModel model) {
        this.models = models;
        this.model = model;
    }

    /// {@return all entities and relations that are needed to learn remembered facts again}
    Triples remembered() {
        var all = new Triples.Builder();
        models.remembered(model).values().forEach(facts -> {
            for (int i = 0; i < facts.size(); i++) {
                all.add(facts.head(i), facts.relation(i) / 2, facts.tail(i));
            }
        });
        return all.build();
    }

    /// {@return what the model knows of those that are worked with}
    ///
    /// @param dim how long vectors are, for a model that knows nothing
    State read(WorkingSet set, int dim) {
        if (model.learned() < 0) {
            return State.none(dim);
        }
        Map<String, Table> ofEntities = new HashMap<>();
        Map<String, Table> ofRelations = new HashMap<>();
        for (Part part : models.parts(model)) {
            if (part.name().startsWith(WholeState.OF_ENTITIES)) {
                ofEntities.put(
                        part.name().substring(WholeState.OF_ENTITIES.length()),
                        table(part, set.entities().knownInGraph(), set.entities()));
            } else if (part.name().startsWith(WholeState.OF_RELATIONS)) {
                ofRelations.put(
                        part.name().substring(WholeState.OF_RELATIONS.length()),
                        table(part, pairs(set.relations().knownInGraph()), set.relations()));
            }
        }
        Map<String, Facts> facts = new HashMap<>();
        models.remembered(model).forEach((list, triples) -> facts.put(list, here(triples, set)));
        return new State(
                model.learned() + 1,
                ofEntities,
                ofRelations,
                WholeState.shared(models, model),
                facts,
                models.numbers(model));
    }

    private Table table(Part part, int[] rows, WorkingSet.Numbering numbering) {
        var table = new Table(rows.length, part.width());
        if (numbering.isWhole()) {
            models.readAll(part, (row, numbers) -> put(table, row, numbers));
        } else {
            int[] place = new int[1];
            models.read(part, rows, (row, numbers) -> {
                while (rows[place[0]] != row) {
                    place[0]++; // rows that are not there stay 0
                }
                put(table, place[0], numbers);
            });
        }
        return table;
    }

    private static void put(Table table, int row, double[] numbers) {
        System.arraycopy(numbers, 0, table.values(), row * table.stride(), numbers.length);
    }

    private static int[] pairs(int[] relations) {
        int[] rows = new int[2 * relations.length];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = 2 * relations[i / 2] + i % 2;
        }
        return rows;
    }

    private static Facts here(Triples stored, WorkingSet set) {
        int[] heads = stored.heads();
        int[] relations = stored.relations();
        int[] tails = stored.tails();
        for (int i = 0; i < heads.length; i++) {
            heads[i] = set.entities().here(heads[i]);
            relations[i] = 2 * set.relations().here(relations[i] / 2) + relations[i] % 2;
            tails[i] = set.entities().here(tails[i]);
        }
        return Facts.of(heads, relations, tails);
    }

    /// Writes rows that are not as they were, and the lists and numbers.
    ///
    /// @param before what [#read] gave
    void write(WorkingSet set, State before, State after) {
        after.ofEntities().forEach((name, table) -> {
            Table old = before.ofEntities().get(name);
            Part part = define(WholeState.OF_ENTITIES + name, table);
            for (int row = 0; row < table.rows(); row++) {
                write(part, set.entities().inGraph(row), new Row(table, row), old);
            }
        });
        after.ofRelations().forEach((name, table) -> {
            Table old = before.ofRelations().get(name);
            Part part = define(WholeState.OF_RELATIONS + name, table);
            for (int row = 0; row < table.rows(); row++) {
                write(part, 2 * set.relations().inGraph(row / 2) + row % 2, new Row(table, row), old);
            }
        });
        after.shared().forEach((name, table) -> {
            Table old = before.shared().get(name);
            Part part = define(WholeState.SHARED + name, table);
            for (int row = 0; row < table.rows(); row++) {
                write(part, row, new Row(table, row), old);
            }
        });
        Map<String, Triples> lists = new TreeMap<>();
        after.facts().forEach((list, facts) -> lists.put(list, inGraph(facts, set)));
        models.remember(model, lists);
        models.keep(model, after.numbers());
    }

    private Part define(String name, Table table) {
        return models.define(model, name, table.dim(), Part.Precision.DOUBLE);
    }

    private record Row(Table table, int row) {
        boolean isAsIn(@Nullable Table other) {
            int at = row * table.stride();
            return other != null
                    && row < other.rows()
                    && other.dim() == table.dim()
                    && Arrays.equals(table.values(), at, at + table.dim(), other.values(), at, at + table.dim());
        }
    }

    private void write(Part part, int inGraph, Row row, @Nullable Table before) {
        if (!row.isAsIn(before)) {
            models.write(part, inGraph, row.table.values(), row.row * row.table.stride());
        }
    }

    private static Triples inGraph(Facts facts, WorkingSet set) {
        var triples = new Triples.Builder();
        for (int i = 0; i < facts.size(); i++) {
            triples.add(
                    set.entities().inGraph(facts.subject(i)),
                    2 * set.relations().inGraph(facts.relation(i) / 2) + facts.relation(i) % 2,
                    set.entities().inGraph(facts.object(i)));
        }
        return triples.build();
    }
}
