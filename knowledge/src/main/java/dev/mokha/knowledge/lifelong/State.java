package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.embed.Table;
import dev.mokha.knowledge.graph.Facts;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/// All that a model carries from one snapshot to the next, in a shape that a store can keep row by row:
/// tables whose rows belong to entities, to relations or to none, lists of facts, numbers. A [Lifelong]
/// that begins
/// with it goes on as if it had never stopped, bit for bit.
///
/// Nothing changes a state; who takes tables out leaves them as they are.
///
/// @param snapshots how many were learned
/// @param ofEntities tables by name; row `e` belongs to entity `e`
/// @param ofRelations tables by name; row `q` belongs to relation `q`, inverses counted
/// @param shared tables by name that belong to no entity or relation in particular
/// @param facts lists of remembered facts by name
/// @param numbers what else there is, by name
public record State(
        int snapshots,
        Map<String, Table> ofEntities,
        Map<String, Table> ofRelations,
        Map<String, Table> shared,
        Map<String, Facts> facts,
        Map<String, Double> numbers) {
    /// The name of the model's vectors, which each state has.
    public static final String VECTORS = "vectors";

    public State {
        ofEntities = Map.copyOf(ofEntities);
        ofRelations = Map.copyOf(ofRelations);
        shared = Map.copyOf(shared);
        facts = Map.copyOf(facts);
        numbers = Map.copyOf(numbers);
        if (!ofEntities.containsKey(VECTORS) || !ofRelations.containsKey(VECTORS)) {
            throw new IllegalArgumentException("a state has a table '" + VECTORS
                    + "' of entities and one of relations, not " + ofEntities.keySet() + " and "
                    + ofRelations.keySet());
        }
    }

    /// {@return the state of a model that knows nothing}
    ///
    /// @param dim how long its vectors will be
    public static State none(int dim) {
        return new State(0, vectors(new Table(0, dim)), vectors(new Table(0, dim)), Map.of(), Map.of(), Map.of());
    }

    private static Map<String, Table> vectors(Table table) {
        return Map.of(VECTORS, table);
    }

    /// {@return the state after one more snapshot, with vectors and nothing else}
    public State next(Vectors vectors) {
        return new State(
                snapshots + 1, vectors(vectors.entities()), vectors(vectors.relations()), Map.of(), Map.of(), Map.of());
    }

    /// {@return this with one more table for entities and one for relations, of one name}
    public State with(String name, Vectors tables) {
        return new State(
                snapshots,
                plus(ofEntities, name, tables.entities()),
                plus(ofRelations, name, tables.relations()),
                shared,
                facts,
                numbers);
    }

    /// {@return this with one more table for relations alone}
    public State withOfRelations(String name, Table table) {
        return new State(snapshots, ofEntities, plus(ofRelations, name, table), shared, facts, numbers);
    }

    /// {@return this with one more table that belongs to no entity or relation}
    public State withShared(String name, Table table) {
        return new State(snapshots, ofEntities, ofRelations, plus(shared, name, table), facts, numbers);
    }

    /// {@return this with one more list of facts}
    public State with(String name, Facts remembered) {
        return new State(snapshots, ofEntities, ofRelations, shared, plus(facts, name, remembered), numbers);
    }

    /// {@return this with one more number}
    public State with(String name, double number) {
        return new State(snapshots, ofEntities, ofRelations, shared, facts, plus(numbers, name, number));
    }

    private static <T> Map<String, T> plus(Map<String, T> map, String name, T value) {
        var more = new TreeMap<>(map);
        more.put(name, value);
        return more;
    }

    /// {@return the model's vectors}
    public Vectors vectors() {
        return tables(VECTORS);
    }

    /// {@return the two tables of a name; without rows where there are none, as before the first snapshot}
    public Vectors tables(String name) {
        return new Vectors(rows(ofEntities, name), rows(ofRelations, name));
    }

    private Table rows(Map<String, Table> tables, String name) {
        Table table = tables.get(name);
        return table != null ? table : new Table(0, dim());
    }

    private int dim() {
        return Objects.requireNonNull(ofEntities.get(VECTORS)).dim();
    }

    /// {@return the shared table of a name; without rows where there is none}
    public Table shared(String name) {
        return rows(shared, name);
    }

    /// {@return the facts remembered under a name; none where there is no such list}
    public Facts facts(String name) {
        return facts.getOrDefault(name, Facts.NONE);
    }

    /// {@return how many entities are known}
    public int entities() {
        return vectors().entities().rows();
    }

    /// {@return how many relations are known, inverses counted}
    public int relations() {
        return vectors().relations().rows();
    }
}
