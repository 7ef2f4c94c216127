package dev.mokha.knowledge.rank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.embed.Lanes;
import dev.mokha.knowledge.embed.Table;
import dev.mokha.knowledge.graph.Answers;
import dev.mokha.knowledge.graph.Facts;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/// Ranks: counted by hand, and those by 16-bit distances against the plain loop over all candidates.
class RankingTest {
    /// Entity 3 is asked for; 1 scores better but is known; 0 is better; 2 and 4 are equal.
    @Test
    void tiesPlaceAnAnswerBetweenTheEnds() {
        double[] scores = {5, 9, 2, 2, 2, 1};
        Facts query = facts(new int[][] {{0, 0, 3}});
        Answers known = Answers.of(facts(new int[][] {{0, 0, 3}, {0, 0, 1}, {0, 0, 5}}));
        Ranking ranking = new LoopRanker((_, _, out) -> System.arraycopy(scores, 0, out, 0, 6)).rank(query, known, 6);
        assertThat(ranking.rank(0, Ties.OPTIMISTIC)).isEqualTo(2);
        assertThat(ranking.rank(0, Ties.PESSIMISTIC)).isEqualTo(4);
        assertThat(ranking.rank(0, Ties.AVERAGE)).isEqualTo(3);
        assertThat(ranking.rank(0, Ties.SORTED)).isEqualTo(3);
    }

    @Test
    void figuresAreMeansOverQueries() {
        var sum = new RankMetrics.Sum();
        for (double rank : new double[] {1, 2, 4, 12}) {
            sum.add(rank);
        }
        assertThat(sum.metrics())
                .isEqualTo(new RankMetrics(4, 19 / 4.0, (1 + 1 / 2.0 + 1 / 4.0 + 1 / 12.0) / 4, 0.25, 0.5, 0.75, 0.75));
        var other = new RankMetrics(12, 1, 1, 1, 1, 1, 1);
        assertThat(RankMetrics.whole(List.of(sum.metrics(), other)).mr())
                .isEqualTo(19 / 16.0 + 12 / 16.0, within(1e-15));
    }

    @Test
    void knownAnswersHoldBothDirectionsOnce() {
        Answers known = Answers.of(facts(new int[][] {{0, 0, 3}, {0, 0, 1}, {0, 0, 3}, {2, 1, 0}}));
        assertThat(known.to(0, 0)).containsExactly(1, 2, 3);
        assertThat(known.to(3, 1)).containsExactly(0);
        assertThat(known.to(2, 1)).containsExactly(0);
        assertThat(known.to(1, 0)).isEmpty();
        assertThat(known.to(99, 0)).isEmpty();
    }

    @Property(tries = 60)
    void distancesIn16BitsRankAsFloat64Does(
            @ForAll @IntRange(min = 2, max = 150) int entities,
            @ForAll @IntRange(min = 1, max = 21) int dim,
            @ForAll @IntRange(min = 1, max = 3) int threads,
            @ForAll long seed) {
        var random = new SplittableRandom(seed);
        Table rows = coarse(entities, dim, random); // few values: many ties
        Table moves = coarse(6, dim, random);
        Facts facts = random(entities, 6, 80, random);
        int candidates = Math.max(facts.entities(), entities - random.nextInt(5));
        Facts queries = facts.withInverses();
        try (var crew = new Crew(threads)) {
            Ranking fast = new DistanceRanker(rows, moves, crew).rank(queries, Answers.of(facts), candidates);
            Ranking plain = new LoopRanker(scores(rows, moves)).rank(queries, Answers.of(facts), candidates);
            for (int i = 0; i < queries.size(); i++) {
                for (Ties ties : Ties.values()) {
                    assertThat(fast.rank(i, ties)).as("query %d, %s", i, ties).isEqualTo(plain.rank(i, ties));
                }
            }
        }
    }

    @Test
    void anAnswerBeyondTheCandidatesIsRefused() {
        Facts query = facts(new int[][] {{0, 0, 3}});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LoopRanker((_, _, _) -> {}).rank(query, Answers.of(query), 3))
                .withMessageContaining("entity 3")
                .withMessageContaining("first 3 entities");
    }

    static Facts facts(int[][] rows) {
        int[][] columns = new int[3][rows.length];
        for (int i = 0; i < rows.length; i++) {
            for (int c = 0; c < 3; c++) {
                columns[c][i] = rows[i][c];
            }
        }
        return Facts.of(columns[0], columns[1], columns[2]);
    }

    private static Facts random(int entities, int relations, int count, SplittableRandom random) {
        int[][] rows = new int[count][];
        for (int i = 0; i < count; i++) {
            rows[i] = new int[] {random.nextInt(entities), random.nextInt(relations), random.nextInt(entities)};
        }
        return facts(rows);
    }

    private static Table coarse(int rows, int dim, SplittableRandom random) {
        double[][] values = new double[rows][dim];
        for (double[] row : values) {
            for (int i = 0; i < dim; i++) {
                row[i] = random.nextInt(-1, 2);
            }
        }
        return Table.of(values);
    }

    /// The definition, with the same sums, so that equal distances are equal numbers.
    private static LoopRanker.Scores scores(Table rows, Table moves) {
        double[] lanes = new double[8];
        return (s, r, out) -> {
            int stride = rows.stride();
            double[] q = new double[stride];
            double[] move = new double[stride];
            double[] other = new double[stride];
            Lanes.normalize(rows.values(), s * stride, q, 0, stride, lanes);
            Lanes.normalize(moves.values(), r * stride, move, 0, stride, lanes);
            for (int i = 0; i < stride; i++) {
                q[i] += move[i];
            }
            for (int e = 0; e < out.length; e++) {
                Lanes.normalize(rows.values(), e * stride, other, 0, stride, lanes);
                out[e] = -Lanes.distance(q, 0, other, 0, stride, lanes);
            }
        };
    }
}
