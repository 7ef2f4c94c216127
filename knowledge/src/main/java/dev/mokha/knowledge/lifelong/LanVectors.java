package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.embed.Table;

/// The vectors that [LanAggregator] makes for one question at a time.
final class LanVectors implements AskedVectors {
    private final LanAggregator aggregator;
    private final Crew crew;
    private final int dim;
    private final Asked asked;

    /// @param aggregator which was given the tables
    LanVectors(LanAggregator aggregator, int dim, Crew crew) {
        this.aggregator = aggregator;
        this.dim = dim;
        this.crew = crew;
        this.asked = aggregator.asked();
    }

    @Override
    public Table entities(int relation, int rows) {
        asked.clear();
        asked.question(relation);
        for (int e = 0; e < rows; e++) {
            asked.row(e);
        }
        var table = new Table(rows, dim);
        aggregator.aggregate(asked, table, crew);
        return table;
    }

    @Override
    public double[] entity(int entity, int relation) {
        asked.clear();
        asked.question(relation);
        asked.row(entity);
        var table = new Table(1, dim);
        aggregator.aggregate(asked, table, crew);
        return table.row(0);
    }
}
