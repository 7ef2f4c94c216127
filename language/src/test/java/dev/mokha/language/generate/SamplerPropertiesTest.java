package dev.mokha.language.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/// What holds however a sampler is set.
final class SamplerPropertiesTest {
    private static final int VOCAB = 300;

    /// Settings of every kind, several at once.
    @Provide
    Arbitrary<Sampling> samplings() {
        List<UnaryOperator<Sampling>> changes = List.of(
                s -> s,
                s -> s.withTemperature(0),
                s -> s.withTemperature(1.8),
                s -> s.withTopK(9),
                s -> s.withTopP(0.7),
                s -> s.withMinP(0.1),
                s -> s.with(new Stage.Typical(0.6)),
                s -> s.with(new Stage.TopNSigma(1)),
                s -> s.with(new Stage.Xtc(0.5, 0.05)),
                s -> s.with(new Stage.Mirostat(Stage.Mirostat.Version.ONE, 3, 0.2)),
                s -> s.with(new Stage.Mirostat(Stage.Mirostat.Version.TWO, 3, 0.2)),
                s -> s.withPenalties(new Penalties(1.3, 0.2, 0.3, 0)),
                s -> s.withPenalties(new Penalties(1.3, 0.2, 0.3, 5)),
                s -> s.withDry(Dry.of(0.8).withBreakers(List.of(List.of(4)))),
                s -> s.withRules(TokenRules.none().withBias(Map.of(3, 4.0, 8, -2.0))),
                s -> s.withRules(TokenRules.none().withBanned(List.of(List.of(1), List.of(2, 3)))),
                s -> s.withMinNewTokens(6),
                s -> s.withTopLogProbs(3),
                s -> s.withReport(new Report(Report.Of.DRAW, 4)));
        var one = Arbitraries.of(changes);
        return Arbitraries.longs()
                .flatMap(seed -> one.list().ofMinSize(1).ofMaxSize(5).map(some -> {
                    Sampling sampling = Sampling.random(12, 1, seed);
                    for (UnaryOperator<Sampling> change : some) {
                        sampling = change.apply(sampling);
                    }
                    return sampling;
                }));
    }

    private static float[] logits(long seed, int step) {
        var random = new Random(seed * 31 + step);
        float[] logits = new float[VOCAB];
        for (int i = 0; i < VOCAB; i++) {
            logits[i] = (float) (random.nextGaussian() * 3);
        }
        return logits;
    }

    @Property(tries = 300)
    void aMaskIsAlwaysObeyed(
            @ForAll("samplings") Sampling sampling,
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = VOCAB) int allowed) {
        var random = new Random(seed);
        var sampler = new Sampler(sampling, new int[] {5, 6, 5}, List.of(7));
        for (int step = 0; step < 12; step++) {
            var bits = new BitSet();
            bits.set(10 + random.nextInt(VOCAB - 10)); // no rule bans this one
            for (int i = 1; i < allowed; i++) {
                bits.set(random.nextInt(VOCAB));
            }
            var choice = sampler.choose(logits(seed, step), bits.toLongArray());
            assertThat(bits.get(choice.id())).isTrue();
        }
    }

    @Property(tries = 200)
    void equalSeedsChooseAlikeAndAPartOfALargerArrayIsAsGood(
            @ForAll("samplings") Sampling sampling, @ForAll long seed) {
        var one = new Sampler(sampling, new int[] {5, 6, 5}, List.of(7));
        var other = new Sampler(sampling, new int[] {5, 6, 5}, List.of(7));
        for (int step = 0; step < 12; step++) {
            float[] logits = logits(seed, step);
            float[] within = new float[VOCAB + 20];
            Arrays.fill(within, 99);
            System.arraycopy(logits, 0, within, 13, VOCAB);
            assertThat(one.choose(logits)).isEqualTo(other.choose(LogitRow.of(within, 13, VOCAB), null));
        }
    }

    /// What speculation does, and what it does wrong on the way, leaves the answer as it is.
    @Property(tries = 200)
    void anAnswerWithDraftsAndRollBacksIsThePlainOne(@ForAll("samplings") Sampling sampling, @ForAll long seed) {
        var plain = new Sampler(sampling, new int[] {5, 6, 5}, List.of(7));
        var expected = new ArrayList<Sampler.Choice>();
        for (int step = 0; step < 12; step++) {
            expected.add(plain.choose(logits(seed, step)));
        }
        var random = new Random(seed);
        var sampler = new Sampler(sampling, new int[] {5, 6, 5}, List.of(7));
        var found = new ArrayList<Sampler.Choice>();
        while (found.size() < 12) {
            int length = sampler.length();
            Sampler branch = random.nextBoolean() ? sampler.copy() : sampler;
            for (int i = random.nextInt(4); i > 0 && length > 0; i--) {
                branch.choose(logits(random.nextLong(), 0)); // a wrong draft
            }
            sampler.rollBack(length);
            found.add(sampler.choose(logits(seed, found.size())));
        }
        assertThat(found).isEqualTo(expected);
    }

    /// A target whose logits depend on all that stands before, and drafts that are right two times of three.
    @Property(tries = 200)
    void acceptingADraftWhileItIsWhatTheSamplerChoosesGivesThePlainAnswer(
            @ForAll("samplings") Sampling sampling, @ForAll long seed) {
        int[] prompt = {5, 6, 5};
        var plain = new Sampler(sampling, prompt, List.of(7));
        List<Integer> expected = new ArrayList<>();
        while (expected.size() < 12) {
            expected.add(plain.choose(after(seed, expected)).id());
        }
        var random = new Random(seed);
        var sampler = new Sampler(sampling, prompt, List.of(7));
        List<Integer> answer = new ArrayList<>();
        while (answer.size() < 12) {
            List<Integer> draft = new ArrayList<>();
            for (int i = answer.size(); i < 12 && draft.size() < 5; i++) {
                draft.add(random.nextInt(3) > 0 ? expected.get(i) : random.nextInt(VOCAB));
            }
            boolean accepted = true;
            for (int i = 0; accepted && i <= draft.size() && answer.size() < 12; i++) {
                int id = sampler.choose(after(seed, answer)).id(); // all rows come from one pass over the draft
                answer.add(id);
                accepted = i < draft.size() && draft.get(i) == id;
            }
        }
        assertThat(answer).isEqualTo(expected);
    }

    private static float[] after(long seed, List<Integer> answer) {
        return logits(seed + answer.hashCode(), answer.size());
    }

    @Property(tries = 100)
    void aForcedTokenIsAsGoodAsAMaskThatLeavesItAlone(@ForAll("samplings") Sampling sampling, @ForAll long seed) {
        var masked = new Sampler(sampling, new int[] {5}, List.of(7));
        var forced = new Sampler(sampling, new int[] {5}, List.of(7));
        var alone = new BitSet();
        alone.set(50);
        for (int step = 0; step < 12; step++) {
            if (step % 3 == 1) {
                assertThat(masked.choose(logits(seed, step), alone.toLongArray())
                                .id())
                        .isEqualTo(50);
                forced.accept(50);
            } else {
                assertThat(forced.choose(logits(seed, step)).id())
                        .isEqualTo(masked.choose(logits(seed, step)).id());
            }
        }
    }

    @Test
    void drawsFollowTheExactDistribution() {
        float[] logits = new float[40];
        double[] exact = new double[40];
        for (int i = 0; i < 40; i++) {
            logits[i] = (float) (2 * Math.sin(i));
            exact[i] = logits[i];
        }
        double[] warm = Exact.softmax(exact, 1.4);
        var random = Sampling.random(200_000, 1.4, 17);
        assertChiSquare(random, logits, warm);
        assertChiSquare(random.withTopK(11), logits, Exact.topK(warm, 11));
        assertChiSquare(random.withTopP(0.8), logits, Exact.topP(warm, 0.8));
        assertChiSquare(
                random.withMinP(0.2).with(new Stage.Typical(0.7)), logits, Exact.typical(Exact.minP(warm, 0.2), 0.7));
    }

    /// χ² of 200,000 draws lies below its mean by more than five standard deviations with a chance below
    /// 1e-5; the seed is fixed.
    private static void assertChiSquare(Sampling sampling, float[] logits, double[] exact) {
        var sampler = new Sampler(sampling, new int[0], List.of());
        int draws = sampling.maxNewTokens();
        int[] counts = new int[exact.length];
        for (int i = 0; i < draws; i++) {
            counts[sampler.choose(logits.clone()).id()]++;
        }
        double chi = 0;
        int degrees = -1;
        for (int i = 0; i < exact.length; i++) {
            if (exact[i] == 0) {
                assertThat(counts[i]).isZero();
            } else {
                double expected = exact[i] * draws;
                chi += (counts[i] - expected) * (counts[i] - expected) / expected;
                degrees++;
            }
        }
        assertThat(chi).isLessThan(degrees + 5 * Math.sqrt(2.0 * degrees));
    }

    @Test
    void theNumbersAreThoseOfASplittableRandom() {
        var random = new SplittableRandom(42);
        float[] even = new float[1000];
        var sampler = new Sampler(Sampling.random(20, 1, 42), new int[0], List.of());
        for (int i = 0; i < 20; i++) {
            assertThat(sampler.choose(even.clone()).id()).isEqualTo((int) (random.nextDouble() * 1000));
        }
    }

    @Test
    void answersToOnePromptHaveSeedsOfTheirOwnWhateverTheirNumber() {
        var sampling = Sampling.random(5, 1, 77);
        assertThat(sampling.sample(0)).isEqualTo(sampling);
        var seeds = List.of(0, 1, 2, 3, 4).stream()
                .map(i -> sampling.sample(i).seed())
                .toList();
        assertThat(Set.copyOf(seeds)).hasSize(5);
        assertThat(BestOf.choose(2, List.of(new double[] {-3}, new double[] {-1, -1}, new double[] {-2.5})))
                .containsExactly(1, 2);
        assertThatThrownBy(() -> BestOf.choose(3, List.of(new double[0]))).hasMessageContaining("best 3 of 1");
    }

    @Test
    void theWindowForgetsWhatIsLongAgo() {
        var sampling = Sampling.greedy(9).withPenalties(new Penalties(2, 0, 0, 2));
        var sampler = new Sampler(sampling, new int[] {0, 1, 2}, List.of());
        float[] logits = {4, 4, 4, 0};
        sampler.choose(logits);
        assertThat(logits).containsExactly(4, 2, 2, 0);
        sampler.accept(3);
        sampler.rollBack(1); // 0 was chosen
        float[] next = {4, 4, 4, 0};
        sampler.choose(next);
        assertThat(next).containsExactly(2, 4, 2, 0);
    }

    @Test
    void allowedAndBannedTokensAreObeyedAndContradictionsAreNamed() {
        var rules = TokenRules.none().withAllowed(Set.of(1, 2)).withBanned(List.of(List.of(9, 2)));
        var sampler = new Sampler(Sampling.greedy(9).withRules(rules), new int[] {9}, List.of());
        assertThat(sampler.choose(new float[] {9, 0, 5, 7, 7, 7, 7, 7, 7, 7}).id())
                .isEqualTo(1);
        assertThat(sampler.choose(new float[] {9, 0, 5, 7, 7, 7, 7, 7, 7, 7}).id())
                .isEqualTo(2);
        assertThatThrownBy(() -> sampler.choose(new float[10], new long[] {1}))
                .isInstanceOf(NoTokenLeftException.class)
                .hasMessageContaining("after 2 of the answer");
        assertThatThrownBy(() -> sampler.choose(new float[2])).hasMessageContaining("vocabulary has 2");
    }

    @Test
    void anEndIsHeldBackUnlessAGrammarAllowsNothingElse() {
        var ending = Ending.after(9).withoutEndOfText().withIds(Set.of(2));
        var sampler = new Sampler(Sampling.greedy(9).withEnding(ending), new int[0], List.of(1));
        assertThat(sampler.choose(new float[] {0, 5, 3}).id()).isZero();
        assertThat(sampler.choose(new float[] {0, 5, 3}, new long[] {2}).id()).isEqualTo(1);
    }

    @Test
    void logProbabilitiesAreTheModelsOwnWhateverIsDoneToTheLogits() {
        var sampling = Sampling.random(9, 2, 1)
                .withRepetitionPenalty(5)
                .withRules(TokenRules.none().withBias(Map.of(1, 50.0)))
                .withReport(Report.ofModel(0));
        float[] logits = {1, 2, 3};
        var choice = new Sampler(sampling, new int[] {1}, List.of()).choose(logits);
        assertThat(choice.id()).isEqualTo(1);
        assertThat(choice.logProb()).isCloseTo(Math.log(Exact.softmax(new double[] {1, 2, 3}, 1)[1]), within(1e-9));
        assertThat(choice.top()).isEmpty();
    }
}
