package dev.mokha.knowledge.learn;

import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.embed.Table;
import dev.mokha.knowledge.query.PlainScorer;
import dev.mokha.knowledge.rank.BlockRanker;

/// Scores of a stored model in plain Java, the questions of a block shared out among threads.
final class PlainBlocks implements BlockRanker.Blocks {
    private final PlainScorer scorer;
    private final double[][] entities;
    private final double[][] relations;
    private final Crew crew;

    PlainBlocks(PlainScorer scorer, Table entities, Table relations, Crew crew) {
        this.scorer = scorer;
        this.entities = rows(entities);
        this.relations = rows(relations);
        this.crew = crew;
    }

    private static double[][] rows(Table table) {
        double[][] rows = new double[table.rows()][];
        for (int row = 0; row < rows.length; row++) {
            rows[row] = table.row(row);
        }
        return rows;
    }

    @Override
    public float[] of(int[] subjects, int[] relations, int candidates) {
        float[] scores = new float[Math.multiplyExact(subjects.length, candidates)];
        crew.deal(subjects.length, (question, _) -> {
            double[] asked = scorer.ask(entities[subjects[question]], this.relations[relations[question]]);
            for (int e = 0; e < candidates; e++) {
                scores[question * candidates + e] = (float) scorer.fit(asked, entities[e]);
            }
        });
        return scores;
    }
}
