package dev.mokha.knowledge.rank;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.embed.Table;
import dev.mokha.knowledge.graph.Answers;
import dev.mokha.knowledge.graph.Facts;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/// Ranks by vectors that depend on the question against the definition.
final class AskedRankerTest {
    private static final int ENTITIES = 12;
    private static final int RELATIONS = 4;

    @Property(tries = 50)
    void ranksAreThoseOfTheDefinition(@ForAll @IntRange(max = 10_000) int seed, @ForAll @IntRange(max = 3) int fewer) {
        var random = new SplittableRandom(seed);
        int candidates = ENTITIES - fewer;
        Table[] tables = new Table[RELATIONS];
        Arrays.setAll(tables, _ -> Table.xavier(ENTITIES, 6, random));
        tables[1].setFirst(new Table(3, 6)); // three that are equally far
        Table relations = Table.xavier(RELATIONS, 6, random);
        Facts known = facts(30, ENTITIES, random);
        Facts queries = facts(20, candidates, random); // their subjects may stand behind the candidates
        Answers answers = Answers.of(Facts.join(List.of(known, queries)));
        try (var crew = new Crew(2)) {
            Ranking actual = new AskedRanker(
                            (relation, rows) -> {
                                assertThat(rows).isBetween(candidates, ENTITIES);
                                var first = new Table(rows, 6);
                                System.arraycopy(
                                        tables[relation].values(), 0, first.values(), 0, first.values().length);
                                return first;
                            },
                            relations,
                            crew)
                    .rank(queries, answers, candidates);
            assertThat(actual.queries()).isSameAs(queries);
            for (int i = 0; i < queries.size(); i++) {
                Facts one = Facts.of(
                        new int[] {queries.subject(i)}, new int[] {queries.relation(i)}, new int[] {queries.object(i)});
                Ranking expected =
                        new DistanceRanker(tables[queries.relation(i)], relations, crew).rank(one, answers, candidates);
                for (Ties ties : Ties.values()) {
                    assertThat(actual.rank(i, ties)).isEqualTo(expected.rank(0, ties));
                }
            }
        }
    }

    private static Facts facts(int count, int objects, SplittableRandom random) {
        int[][] columns = new int[3][count];
        for (int i = 0; i < count; i++) {
            columns[0][i] = random.nextInt(ENTITIES);
            columns[1][i] = random.nextInt(RELATIONS);
            columns[2][i] = random.nextInt(objects);
        }
        return Facts.of(columns[0], columns[1], columns[2]);
    }
}
