package dev.mokha.knowledge.rank;

import dev.mokha.knowledge.graph.Answers;
import dev.mokha.knowledge.graph.Facts;

/// Ranks by the definition: for each query all scores, one comparison each. For any scorer, and the oracle of
/// those that are made for one.
public final class LoopRanker implements Ranker {
    private final Scores scores;

    /// A ranker by scores.
    public LoopRanker(Scores scores) {
        this.scores = scores;
    }

    /// How well objects fit.
    @FunctionalInterface
    public interface Scores {
        /// Writes the score of `(subject, relation, e)` for each candidate `e`; higher is better.
        void of(int subject, int relation, double[] scores);
    }

    @Override
    public Ranking rank(Facts queries, Answers known, int candidates) {
        var ranking = new Ranking(queries);
        double[] row = new double[candidates];
        for (int i = 0; i < queries.size(); i++) {
            int s = queries.subject(i);
            int r = queries.relation(i);
            int o = queries.object(i);
            Queries.require(o, candidates);
            scores.of(s, r, row);
            double right = row[o];
            for (int e : known.to(s, r)) {
                if (e < candidates) {
                    row[e] = Double.NaN; // neither better nor equal
                }
            }
            int better = 0;
            int equal = 0;
            int before = 0;
            for (int e = 0; e < candidates; e++) {
                if (row[e] > right) {
                    better++;
                } else if (e != o && row[e] == right) {
                    equal++;
                    before += e < o ? 1 : 0;
                }
            }
            ranking.set(i, better, equal, before);
        }
        return ranking;
    }
}
