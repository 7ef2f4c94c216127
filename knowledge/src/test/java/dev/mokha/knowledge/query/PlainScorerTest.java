package dev.mokha.knowledge.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.embed.Table;
import dev.mokha.knowledge.graph.Answers;
import dev.mokha.knowledge.graph.Facts;
import dev.mokha.knowledge.rank.DistanceRanker;
import dev.mokha.knowledge.rank.LoopRanker;
import dev.mokha.knowledge.rank.Ranking;
import dev.mokha.knowledge.rank.Ties;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Each scorer against its definition, number by number.
final class PlainScorerTest {
    private static final int DIM = 6;
    private static final double CLOSE = 1e-12;

    private final SplittableRandom random = new SplittableRandom(7);
    private final double[] s = draw(DIM);
    private final double[] r = draw(DIM);
    private final double[] o = draw(DIM);

    private double[] draw(int size) {
        double[] numbers = new double[size];
        for (int i = 0; i < size; i++) {
            numbers[i] = random.nextGaussian();
        }
        return numbers;
    }

    @Test
    void translationsByBothNorms() {
        double one = 0;
        double two = 0;
        for (int i = 0; i < DIM; i++) {
            one += Math.abs(s[i] + r[i] - o[i]);
            two += (s[i] + r[i] - o[i]) * (s[i] + r[i] - o[i]);
        }
        assertThat(new TranslationScorer(1, false).score(s, r, o)).isEqualTo(-one, within(CLOSE));
        assertThat(new TranslationScorer(2, false).score(s, r, o)).isEqualTo(-Math.sqrt(two), within(CLOSE));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TranslationScorer(3, false))
                .withMessageContaining("1 or 2, not 3");
    }

    @Test
    void lkgesTranslationRanksAsTheTrainersRankerDoes() {
        int entities = 40;
        Table vectors = Table.xavier(entities, DIM, random);
        Table moves = Table.xavier(4, DIM, random);
        int[] subjects = random.ints(30, 0, entities).toArray();
        int[] relations = random.ints(30, 0, 4).toArray();
        int[] objects = random.ints(30, 0, entities).toArray();
        Facts queries = Facts.of(subjects, relations, objects);
        Ranking plain = new LoopRanker((subject, relation, out) -> {
                    double[] asked = TranslationScorer.LKGE.ask(vectors.row(subject), moves.row(relation));
                    for (int e = 0; e < entities; e++) {
                        out[e] = TranslationScorer.LKGE.fit(asked, vectors.row(e));
                    }
                })
                .rank(queries, Answers.of(queries), entities);
        try (var crew = new Crew(1)) {
            Ranking fast = new DistanceRanker(vectors, moves, crew).rank(queries, Answers.of(queries), entities);
            for (int i = 0; i < queries.size(); i++) {
                assertThat(plain.rank(i, Ties.AVERAGE)).isEqualTo(fast.rank(i, Ties.AVERAGE));
            }
        }
    }

    @Test
    void distMultIsASumOfProductsOfThree() {
        double sum = 0;
        for (int i = 0; i < DIM; i++) {
            sum += s[i] * r[i] * o[i];
        }
        assertThat(new DistMultScorer().score(s, r, o)).isEqualTo(sum, within(CLOSE));
    }

    @Test
    void complexIsTheRealPartWithTheObjectConjugated() {
        double sum = 0;
        for (int i = 0; i < DIM / 2; i++) {
            double a = s[i];
            double b = s[i + DIM / 2];
            double c = r[i];
            double d = r[i + DIM / 2];
            double e = o[i];
            double f = -o[i + DIM / 2];
            // (a + bi)(c + di) = (ac − bd) + (ad + bc)i, and the real part of that times (e + fi)
            sum += (a * c - b * d) * e - (a * d + b * c) * f;
        }
        assertThat(new ComplexScorer().score(s, r, o)).isEqualTo(sum, within(CLOSE));
    }

    @Test
    void rotationsTurnEachComplexNumberByItsAngle() {
        double[] angles = draw(DIM / 2);
        double unit = 0.37;
        double sum = 0;
        for (int i = 0; i < DIM / 2; i++) {
            double modulus = Math.hypot(s[i], s[i + DIM / 2]);
            double angle = Math.atan2(s[i + DIM / 2], s[i]) + angles[i] / unit;
            sum += Math.hypot(modulus * Math.cos(angle) - o[i], modulus * Math.sin(angle) - o[i + DIM / 2]);
        }
        assertThat(new RotationScorer(unit).score(s, angles, o)).isEqualTo(-sum, within(CLOSE));
    }

    @Test
    void tuckerIsASumOverTheWholeCore() {
        int relation = 4;
        double[] core = draw(relation * DIM * DIM);
        double[] move = draw(relation);
        var input = new TuckerScorer.Norm(draw(DIM), draw(DIM));
        var hidden = new TuckerScorer.Norm(draw(DIM), draw(DIM));
        double sum = 0;
        for (int j = 0; j < DIM; j++) {
            double inner = 0;
            for (int k = 0; k < relation; k++) {
                for (int i = 0; i < DIM; i++) {
                    inner += move[k] * core[(k * DIM + i) * DIM + j] * (input.scale()[i] * s[i] + input.shift()[i]);
                }
            }
            sum += (hidden.shift()[j] + hidden.scale()[j] * inner) * o[j];
        }
        assertThat(new TuckerScorer(core, input, hidden).score(s, move, o)).isEqualTo(sum, within(1e-11));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new TuckerScorer(new double[7], TuckerScorer.Norm.none(2), TuckerScorer.Norm.none(2)));
    }
}
