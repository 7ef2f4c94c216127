package dev.mokha.knowledge.rank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.knowledge.graph.Answers;
import dev.mokha.knowledge.graph.Facts;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Blocks of scores against the definition, with many ties.
class BlockRankerTest {
    private static final int ENTITIES = 12;

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 1000})
    void ranksAreThoseOfTheLoop(int together) {
        var random = new Random(together);
        Facts facts = facts(random, 60);
        Facts queries = facts(random, 40).withInverses();
        Answers known = Answers.of(Facts.join(java.util.List.of(facts, facts(random, 20))));
        for (int candidates : new int[] {ENTITIES, ENTITIES + 5}) {
            Ranking found = new BlockRanker((s, r, n) -> block(s, r, n), together).rank(queries, known, candidates);
            Ranking expected = new LoopRanker((s, r, row) -> {
                        for (int e = 0; e < row.length; e++) {
                            row[e] = score(s, r, e);
                        }
                    })
                    .rank(queries, known, candidates);
            for (Ties ties : Ties.values()) {
                for (int i = 0; i < queries.size(); i++) {
                    assertThat(found.rank(i, ties)).isEqualTo(expected.rank(i, ties));
                }
                assertThat(found.metrics(ties)).isEqualTo(expected.metrics(ties));
            }
        }
    }

    @Test
    void aScoreThatIsNoNumberIsAnError() {
        Facts queries = Facts.of(new int[] {0}, new int[] {2}, new int[] {1});
        var ranker = new BlockRanker((s, r, n) -> new float[] {1, Float.NaN, 2}, 4);
        assertThatThrownBy(() -> ranker.rank(queries, Answers.of(Facts.NONE), 3))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the score of (0, 2, 1) is no number: the model has diverged");
    }

    @Test
    void figuresOfRelationsAddUpToThoseOfAll() {
        var random = new Random(5);
        Facts queries = facts(random, 50).withInverses();
        Ranking ranking = new BlockRanker((s, r, n) -> block(s, r, n), 7).rank(queries, Answers.of(queries), ENTITIES);
        double sum = 0;
        double objects = 0;
        long count = 0;
        for (RelationMetrics relation : RelationMetrics.of(ranking, Ties.AVERAGE)) {
            assertThat(relation.relation()).isEven();
            assertThat(relation.objects().count()).isEqualTo(relation.subjects().count());
            sum += relation.objects().mrr() * relation.objects().count()
                    + relation.subjects().mrr() * relation.subjects().count();
            objects += relation.objects().mrr() * relation.objects().count();
            count += relation.objects().count();
        }
        assertThat(sum / (2 * count))
                .isCloseTo(ranking.metrics(Ties.AVERAGE).mrr(), org.assertj.core.api.Assertions.within(1e-12));
        assertThat(objects / count)
                .isCloseTo(
                        RelationMetrics.direction(ranking, Ties.AVERAGE, true).mrr(),
                        org.assertj.core.api.Assertions.within(1e-12));
    }

    private static float score(int s, int r, int e) {
        return (s * 7 + r * 5 + e * 11) % 4; // few values, so many ties
    }

    private static float[] block(int[] subjects, int[] relations, int candidates) {
        float[] scores = new float[subjects.length * candidates];
        for (int i = 0; i < subjects.length; i++) {
            for (int e = 0; e < candidates; e++) {
                scores[i * candidates + e] = score(subjects[i], relations[i], e);
            }
        }
        return scores;
    }

    private static Facts facts(Random random, int count) {
        int[][] columns = new int[3][count];
        for (int i = 0; i < count; i++) {
            columns[0][i] = random.nextInt(ENTITIES);
            columns[1][i] = 2 * random.nextInt(3);
            columns[2][i] = random.nextInt(ENTITIES);
        }
        return Facts.of(
                Arrays.copyOf(columns[0], count), Arrays.copyOf(columns[1], count), Arrays.copyOf(columns[2], count));
    }
}
