package dev.mokha.knowledge.rank;

import dev.mokha.knowledge.graph.Facts;
import java.util.function.IntPredicate;

/// How many candidates stand before the right answer of each query, and how many beside it.
///
/// A candidate that is itself a known answer to the query, and not the one asked for, counts nowhere.
public final class Ranking {
    private final Facts queries;
    private final int[] better;
    private final int[] equal;
    private final int[] equalBefore;

    Ranking(Facts queries) {
        this.queries = queries;
        this.better = new int[queries.size()];
        this.equal = new int[queries.size()];
        this.equalBefore = new int[queries.size()];
    }

    void set(int query, int better, int equal, int equalBefore) {
        this.better[query] = better;
        this.equal[query] = equal;
        this.equalBefore[query] = equalBefore;
    }

    void set(int query, Ranking other, int there) {
        set(query, other.better[there], other.equal[there], other.equalBefore[there]);
    }

    /// {@return the queries `(s, r, o)`: which object stands in `r` to `s`, the right answer being `o`}
    public Facts queries() {
        return queries;
    }

    /// {@return the rank of a query's answer, from 1}
    public double rank(int query, Ties ties) {
        return 1
                + better[query]
                + switch (ties) {
                    case OPTIMISTIC -> 0.0;
                    case PESSIMISTIC -> equal[query];
                    case AVERAGE -> equal[query] / 2.0;
                    case SORTED -> equalBefore[query];
                };
    }

    /// {@return the figures of all queries together}
    public RankMetrics metrics(Ties ties) {
        return metrics(ties, _ -> true);
    }

    /// {@return the figures of those queries whose number is asked for: one relation's, one direction's}
    public RankMetrics metrics(Ties ties, IntPredicate query) {
        var sum = new RankMetrics.Sum();
        for (int i = 0; i < queries.size(); i++) {
            if (query.test(i)) {
                sum.add(rank(i, ties));
            }
        }
        return sum.metrics();
    }
}
