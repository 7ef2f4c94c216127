package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.embed.Table;
import dev.mokha.knowledge.graph.Incidence;

/// What a model knew before a snapshot: its tables, and by how many edges each row had been seen.
///
/// Each snapshot counts a row's edges, read in both directions, and one more.
public final class Past {
    private final Table entities;
    private final Table relations;
    private final double[] entityCounts;
    private final double[] relationCounts;

    private Past(Table entities, Table relations, double[] entityCounts, double[] relationCounts) {
        this.entities = entities;
        this.relations = relations;
        this.entityCounts = entityCounts;
        this.relationCounts = relationCounts;
    }

    /// Before the first snapshot.
    public static Past none(int dim) {
        return new Past(new Table(0, dim), new Table(0, dim), new double[0], new double[0]);
    }

    /// {@return the past once a snapshot has been learned}
    ///
    /// @param entities the tables then; they are copied
    /// @param edges the snapshot's new facts
    public Past after(Table entities, Table relations, Incidence edges) {
        double[] ofEntities = new double[entities.rows()];
        for (int e = 0; e < ofEntities.length; e++) {
            ofEntities[e] = entityCount(e) + edges.degree(e) + 1;
        }
        double[] ofRelations = new double[relations.rows()];
        for (int q = 0; q < ofRelations.length; q++) {
            ofRelations[q] = relationCount(q) + edges.edges(q) + 1;
        }
        return new Past(entities.copy(), relations.copy(), ofEntities, ofRelations);
    }

    /// {@return the vectors of the entities that were known}
    public Table entities() {
        return entities;
    }

    /// {@return the vectors of the relations that were known}
    public Table relations() {
        return relations;
    }

    /// {@return an entity's count; 0 for one that was not known}
    public double entityCount(int entity) {
        return entity < entityCounts.length ? entityCounts[entity] : 0;
    }

    /// {@return a relation's count; 0 for one that was not known}
    public double relationCount(int relation) {
        return relation < relationCounts.length ? relationCounts[relation] : 0;
    }
}
