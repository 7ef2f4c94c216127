package dev.mokha.knowledge.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.knowledge.graph.Answers;
import dev.mokha.knowledge.graph.Facts;
import dev.mokha.knowledge.link.Corruption.Side;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// How often the samplers draw what. Bounds are five standard deviations of 20,000 draws wide: a false
/// alarm in a million runs, and the seeds are fixed.
class SamplerTest {
    private static final int DRAWS = 20_000;

    /// Subject 0 has objects 1 to 6 in relation 0, so there are six objects a subject and one subject an
    /// object.
    private static final Facts FACTS =
            Facts.of(new int[] {0, 0, 0, 0, 0, 0, 7}, new int[] {0, 0, 0, 0, 0, 0, 2}, new int[] {1, 2, 3, 4, 5, 6, 0});

    private static final LinkModel.Config SIZE = new LinkModel.Config(DistMult.Config.of(1), 8, 4);

    @Test
    void uniformReplacesEitherSideEquallyOften() {
        assertThat(subjectShare(Side.UNIFORM, 0)).isCloseTo(0.5, within(0.018));
    }

    @Test
    void bernoulliReplacesTheSideWithFewerRightOnes() {
        assertThat(subjectShare(Side.BERNOULLI, 0)).isCloseTo(6.0 / 7, within(0.013));
        assertThat(subjectShare(Side.BERNOULLI, 1)).isCloseTo(1.0 / 7, within(0.013));
        assertThat(subjectShare(Side.BERNOULLI, 2)).isCloseTo(0.5, within(0.018));
    }

    private static double subjectShare(Side side, int relation) {
        var sampler = new Sampler(new Corruption(side, false), FACTS, SIZE);
        var random = new Random(1);
        int subjects = 0;
        for (int i = 0; i < DRAWS; i++) {
            subjects += sampler.replacesSubject(relation, random) ? 1 : 0;
        }
        return (double) subjects / DRAWS;
    }

    @Test
    void everyEntityIsDrawnEquallyOften() {
        int[] counts = counts(false, 0, 0);
        for (int count : counts) {
            assertThat(count / (double) DRAWS).isCloseTo(1.0 / 8, within(0.012));
        }
    }

    @Test
    void filteredDrawsNoKnownFact() {
        int[] counts = counts(true, 0, 0);
        for (int e = 0; e < 8; e++) {
            if (e >= 1 && e <= 6) {
                assertThat(counts[e]).isZero();
            } else {
                assertThat(counts[e] / (double) DRAWS).isCloseTo(0.5, within(0.018));
            }
        }
    }

    @Test
    void filteredKnowsInversesToo() {
        int[] counts = counts(true, 3, 1);
        assertThat(counts[0]).isZero();
        assertThat(Answers.of(FACTS).to(3, 1)).containsExactly(0);
    }

    @Test
    void whereEveryEntityIsRightAnyIsDrawn() {
        Facts full = Facts.of(new int[] {0, 0}, new int[] {0, 0}, new int[] {0, 1});
        var sampler = new Sampler(
                new Corruption(Side.UNIFORM, true), full, new LinkModel.Config(DistMult.Config.of(1), 2, 2));
        int[] ids = new int[50];
        sampler.draw(0, 0, new Random(3), new Sampler.Space(ids, 0, 50));
        assertThat(ids).contains(0, 1);
    }

    private static int[] counts(boolean filtered, int subject, int relation) {
        var sampler = new Sampler(new Corruption(Side.UNIFORM, filtered), FACTS, SIZE);
        int[] ids = new int[DRAWS];
        sampler.draw(subject, relation, new Random(2), new Sampler.Space(ids, 0, DRAWS));
        int[] counts = new int[8];
        for (int id : ids) {
            counts[id]++;
        }
        return counts;
    }
}
