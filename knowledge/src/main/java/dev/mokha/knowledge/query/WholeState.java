package dev.mokha.knowledge.query;

import dev.mokha.knowledge.embed.Table;
import dev.mokha.knowledge.graph.Facts;
import dev.mokha.knowledge.lifelong.State;
import dev.mokha.knowledge.store.ModelStore;
import dev.mokha.knowledge.store.Part;
import dev.mokha.knowledge.store.StoredModel;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/// All that a stored model carries from snapshot to snapshot, by the graph's numbers.
public final class WholeState {
    /// What the names of tables of entities begin with, in a store.
    public static final String OF_ENTITIES = "entity.";

    /// What the names of tables of relations begin with.
    public static final String OF_RELATIONS = "relation.";

    /// What the names of tables begin with that belong to neither.
    public static final String SHARED = "shared.";

    private WholeState() {}

    /// {@return the state of a model that has learned something}
    public static State read(ModelStore models, StoredModel model) {
        Map<String, Table> ofEntities = new TreeMap<>();
        Map<String, Table> ofRelations = new TreeMap<>();
        for (Part part : models.parts(model)) {
            if (part.name().startsWith(OF_ENTITIES)) {
                ofEntities.put(part.name().substring(OF_ENTITIES.length()), table(models, part));
            } else if (part.name().startsWith(OF_RELATIONS)) {
                ofRelations.put(part.name().substring(OF_RELATIONS.length()), table(models, part));
            }
        }
        Map<String, Facts> facts = new HashMap<>();
        models.remembered(model)
                .forEach((list, triples) ->
                        facts.put(list, Facts.of(triples.heads(), triples.relations(), triples.tails())));
        return new State(
                model.learned() + 1, ofEntities, ofRelations, shared(models, model), facts, models.numbers(model));
    }

    /// {@return the tables that belong to no entity or relation}
    public static Map<String, Table> shared(ModelStore models, StoredModel model) {
        Map<String, Table> shared = new TreeMap<>();
        for (Part part : models.parts(model)) {
            if (part.name().startsWith(SHARED)) {
                shared.put(part.name().substring(SHARED.length()), table(models, part));
            }
        }
        return shared;
    }

    private static Table table(ModelStore models, Part part) {
        var table = new Table(models.rows(part), part.width());
        models.readAll(
                part,
                (row, numbers) -> System.arraycopy(numbers, 0, table.values(), row * table.stride(), numbers.length));
        return table;
    }
}
