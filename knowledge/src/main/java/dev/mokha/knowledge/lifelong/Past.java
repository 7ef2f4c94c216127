package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.embed.Table;
import dev.mokha.knowledge.graph.Incidence;

/// What LKGE knew before a snapshot: its vectors, and by how many edges each row had been seen.
///
/// Each snapshot counts a row's edges, read in both directions, and one more.
public final class Past {
    /// The name of the counts in a [State]: tables of one column.
    public static final String COUNTS = "counts";

    private final Vectors vectors;
    private final double[] entityCounts;
    private final double[] relationCounts;

    private Past(Vectors vectors, double[] entityCounts, double[] relationCounts) {
        this.vectors = vectors;
        this.entityCounts = entityCounts;
        this.relationCounts = relationCounts;
    }

    /// {@return what a state knows}; a row that it has no count of was never seen.
    public static Past of(State state) {
        Vectors counts = state.tables(COUNTS);
        return new Past(
                state.vectors(),
                column(counts.entities(), state.entities()),
                column(counts.relations(), state.relations()));
    }

    private static double[] column(Table table, int rows) {
        double[] column = new double[rows];
        for (int row = 0; row < table.rows(); row++) {
            column[row] = table.values()[row * table.stride()];
        }
        return column;
    }

    /// {@return the state once a snapshot has been learned}
    ///
    /// @param before the state that this is the past of
    /// @param learned the vectors then
    /// @param edges the snapshot's new facts
    public State after(State before, Vectors learned, Incidence edges) {
        Vectors counts =
                Vectors.zeros(learned.entities().rows(), learned.relations().rows(), 1);
        Table ofEntities = counts.entities();
        for (int e = 0; e < ofEntities.rows(); e++) {
            ofEntities.values()[e * ofEntities.stride()] = entityCount(e) + edges.degree(e) + 1;
        }
        Table ofRelations = counts.relations();
        for (int q = 0; q < ofRelations.rows(); q++) {
            ofRelations.values()[q * ofRelations.stride()] = relationCount(q) + edges.edges(q) + 1;
        }
        return before.next(learned).with(COUNTS, counts);
    }

    /// {@return the vectors of the entities and relations that were known}
    public Vectors vectors() {
        return vectors;
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
