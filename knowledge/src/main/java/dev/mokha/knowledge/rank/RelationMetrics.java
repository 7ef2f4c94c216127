package dev.mokha.knowledge.rank;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// The figures of one relation, by what was asked for.
///
/// @param relation as given: an even id, its inverse being the next
/// @param objects of queries for objects
/// @param subjects of queries for subjects: those of the inverse
public record RelationMetrics(int relation, RankMetrics objects, RankMetrics subjects) {
    /// {@return the figures of every relation that was asked for, by rising id; of a direction that was not
    /// asked, with count 0 and figures that are no numbers}
    public static List<RelationMetrics> of(Ranking ranking, Ties ties) {
        var queries = ranking.queries();
        var relations = new TreeSet<Integer>();
        for (int i = 0; i < queries.size(); i++) {
            relations.add(queries.relation(i) & ~1);
        }
        List<RelationMetrics> figures = new ArrayList<>();
        for (int relation : relations) {
            figures.add(new RelationMetrics(
                    relation,
                    ranking.metrics(ties, i -> queries.relation(i) == relation),
                    ranking.metrics(ties, i -> queries.relation(i) == relation + 1)));
        }
        return figures;
    }

    /// {@return the figures of all queries of one direction}
    public static RankMetrics direction(Ranking ranking, Ties ties, boolean objects) {
        var queries = ranking.queries();
        return ranking.metrics(ties, i -> (queries.relation(i) % 2 == 0) == objects);
    }
}
