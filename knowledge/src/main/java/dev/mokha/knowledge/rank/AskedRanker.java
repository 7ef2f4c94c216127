package dev.mokha.knowledge.rank;

import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.embed.Table;
import dev.mokha.knowledge.graph.Answers;
import dev.mokha.knowledge.graph.Facts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Exact ranks where an entity's vector depends on the relation that is asked for: relation by relation,
/// each
/// as [DistanceRanker] ranks.
public final class AskedRanker implements Ranker {
    private final Tables entities;
    private final Table relations;
    private final Crew crew;

    /// @param relations `[relations, dim]`
    public AskedRanker(Tables entities, Table relations, Crew crew) {
        this.entities = entities;
        this.relations = relations;
        this.crew = crew;
    }

    /// Entities' vectors by what is asked.
    @FunctionalInterface
    public interface Tables {
        /// {@return the vectors of the first `rows` entities in questions that ask for a relation, `[rows,
        /// dim]`}
        Table entities(int relation, int rows);
    }

    @Override
    public Ranking rank(Facts queries, Answers known, int candidates) {
        var ranking = new Ranking(queries);
        byRelation(queries).forEach((relation, numbers) -> {
            Facts asked = of(queries, numbers);
            Table table = entities.entities(relation, Math.max(candidates, asked.entities()));
            Ranking part = new DistanceRanker(table, relations, crew).rank(asked, known, candidates);
            for (int i = 0; i < numbers.size(); i++) {
                ranking.set(numbers.get(i), part, i);
            }
        });
        return ranking;
    }

    private static Map<Integer, List<Integer>> byRelation(Facts queries) {
        Map<Integer, List<Integer>> numbers = new TreeMap<>();
        for (int i = 0; i < queries.size(); i++) {
            numbers.computeIfAbsent(queries.relation(i), _ -> new ArrayList<>()).add(i);
        }
        return numbers;
    }

    private static Facts of(Facts queries, List<Integer> numbers) {
        return Facts.of(
                numbers.stream().mapToInt(queries::subject).toArray(),
                numbers.stream().mapToInt(queries::relation).toArray(),
                numbers.stream().mapToInt(queries::object).toArray());
    }
}
