package dev.mokha.language.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class SamplerTest {
    private static final int DRAWS = 20_000;

    /// Softmax gives 0.1, 0.4, 0.2, 0.3.
    private static final double[] PROBS = {0.1, 0.4, 0.2, 0.3};

    private static float[] logits() {
        float[] logits = new float[PROBS.length];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) (Math.log(PROBS[i]) + 3); // a constant changes nothing
        }
        return logits;
    }

    @Test
    void temperatureZeroTakesTheLikeliestAndOfEqualsTheFirst() {
        assertThat(sampler(Sampling.greedy(8)).choose(logits()).id()).isEqualTo(1);
        assertThat(sampler(Sampling.greedy(8)).choose(new float[] {1, 2, 2}).id())
                .isEqualTo(1);
    }

    @Test
    void drawsFollowTheProbabilities() {
        assertShares(Sampling.random(DRAWS, 1, 11), 0.1, 0.4, 0.2, 0.3);
    }

    @Test
    void temperatureSharpens() {
        // p² / Σp² = 0.01, 0.16, 0.04, 0.09 over 0.30
        assertShares(Sampling.random(DRAWS, 0.5, 12), 0.01 / 0.3, 0.16 / 0.3, 0.04 / 0.3, 0.09 / 0.3);
    }

    @Test
    void topKKeepsTheLikeliest() {
        assertShares(Sampling.random(DRAWS, 1, 13).withTopK(2), 0, 4.0 / 7, 0, 3.0 / 7);
    }

    @Test
    void topPKeepsTheLikeliestThatReachIt() {
        assertShares(Sampling.random(DRAWS, 1, 14).withTopP(0.6), 0, 4.0 / 7, 0, 3.0 / 7);
        assertShares(Sampling.random(DRAWS, 1, 15).withTopP(0.39), 0, 1, 0, 0);
    }

    @Test
    void minPKeepsThoseCloseEnoughToTheLikeliest() {
        assertShares(Sampling.random(DRAWS, 1, 16).withMinP(0.45), 0, 4.0 / 9, 2.0 / 9, 3.0 / 9);
    }

    @Test
    void topKOfManyEqualsASortOfAll() {
        var random = new SplittableRandom(5);
        float[] many = new float[5000];
        for (int i = 0; i < many.length; i++) {
            many[i] = (float) (random.nextDouble() * 20 - 10);
        }
        Integer[] order = new Integer[many.length];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (a, b) -> Float.compare(many[b], many[a]));
        var best = List.of(order).subList(0, 40);
        var sampler = sampler(Sampling.random(3000, 3, 1).withTopK(40));
        for (int i = 0; i < 3000; i++) {
            assertThat(best).contains(sampler.choose(many.clone()).id());
        }
    }

    @Test
    void equalSeedsGiveEqualDraws() {
        assertThat(draws(Sampling.random(100, 1, 7))).isEqualTo(draws(Sampling.random(100, 1, 7)));
        assertThat(draws(Sampling.random(100, 1, 7))).isNotEqualTo(draws(Sampling.random(100, 1, 8)));
    }

    @Test
    void theRepetitionPenaltyDividesPositiveAndMultipliesNegativeLogitsOfWhatWasSeen() {
        var sampling = Sampling.greedy(9).withRepetitionPenalty(2);
        var sampler = new Sampler(sampling, new int[] {0, 2}, List.of());
        float[] logits = {4, 3, -1, -1.5f};
        assertThat(sampler.choose(logits).id()).isEqualTo(1);
        assertThat(logits).containsExactly(2, 3, -2, -1.5f);
    }

    @Test
    void presenceCountsOnceAndFrequencyEachTimeInTheAnswerOnly() {
        var sampling = Sampling.greedy(9).withPenalties(new Penalties(1, 0.5, 0.25));
        var sampler = new Sampler(sampling, new int[] {1}, List.of());
        assertThat(sampler.choose(new float[] {5, 1}).id()).isZero();
        assertThat(sampler.choose(new float[] {5, 1}).id()).isZero();
        float[] logits = {5, 1};
        sampler.choose(logits);
        assertThat(logits).containsExactly(5 - 0.5f - 2 * 0.25f, 1);
    }

    @Test
    void noEndBeforeTheShortestLength() {
        var sampler = new Sampler(Sampling.greedy(9).withMinNewTokens(2), new int[] {0}, List.of(1));
        assertThat(sampler.choose(logits()).id()).isEqualTo(3);
        assertThat(sampler.choose(logits()).id()).isEqualTo(3);
        assertThat(sampler.choose(logits()).id()).isEqualTo(1);
    }

    @Test
    void logProbabilitiesAreTheModelsOwn() {
        var choice = sampler(Sampling.random(9, 0.01, 1).withTopLogProbs(2)).choose(logits());
        assertThat(choice.id()).isEqualTo(1);
        assertThat(choice.logProb()).isCloseTo(Math.log(0.4), within(1e-6));
        assertThat(choice.top()).extracting(Sampler.Ranked::id).containsExactly(1, 3);
        assertThat(choice.top().getLast().logProb()).isCloseTo(Math.log(0.3), within(1e-6));
    }

    @Test
    void brokenLogitsAreNotSampled() {
        assertThatThrownBy(() -> sampler(Sampling.random(9, 1, 0)).choose(new float[] {1, Float.NaN}))
                .hasMessageContaining("the logit of token 1 is not a number");
    }

    @Test
    void nonsenseIsRefusedByName() {
        assertThatThrownBy(() -> Sampling.greedy(8).withTopP(0)).hasMessageContaining("top-p lies in (0, 1], not 0.0");
        assertThatThrownBy(() -> Sampling.greedy(8).withTemperature(-1)).hasMessageContaining("temperature");
        assertThatThrownBy(() -> Sampling.greedy(0)).hasMessageContaining("max new tokens");
        assertThatThrownBy(() -> Sampling.greedy(8).withStop(List.of(""))).hasMessageContaining("empty stop text");
    }

    private static Sampler sampler(Sampling sampling) {
        return new Sampler(sampling, new int[0], List.of());
    }

    private static int[] draws(Sampling sampling) {
        var sampler = sampler(sampling);
        int[] ids = new int[sampling.maxNewTokens()];
        Arrays.setAll(ids, _ -> sampler.choose(logits()).id());
        return ids;
    }

    /// 0.015 is more than four standard deviations of a share of 20,000 draws; the seeds are fixed.
    private static void assertShares(Sampling sampling, double... expected) {
        double[] shares = new double[expected.length];
        for (int id : draws(sampling)) {
            shares[id] += 1.0 / DRAWS;
        }
        for (int id = 0; id < expected.length; id++) {
            assertThat(shares[id]).as("token %d", id).isCloseTo(expected[id], within(expected[id] == 0 ? 0 : 0.015));
        }
    }
}
