package dev.mokha.language.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.language.generate.Stage.MinP;
import dev.mokha.language.generate.Stage.Mirostat;
import dev.mokha.language.generate.Stage.Temperature;
import dev.mokha.language.generate.Stage.TopK;
import dev.mokha.language.generate.Stage.TopNSigma;
import dev.mokha.language.generate.Stage.TopP;
import dev.mokha.language.generate.Stage.Typical;
import dev.mokha.language.generate.Stage.Xtc;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/// Each stage against its definition in loops, over vocabularies below and above the sizes at which other
/// ways of finding tokens are taken.
final class ChainTest {
    private static final double TOLERANCE = 1e-6;
    private static final int[] SIZES = {1, 2, 7, 60, 900, 6000};

    /// The seed is fixed: typical ranks in float32, where two tokens in ten million may change places.
    @Property(tries = 60, seed = "20261123")
    void aStageOverTheWholeVocabularyKeepsWhatItsDefinitionKeeps(
            @ForAll long seed,
            @ForAll @IntRange(min = 0, max = 5) int size,
            @ForAll @DoubleRange(min = 0.01, max = 0.99) double p,
            @ForAll @DoubleRange(min = 0.3, max = 5) double spread) {
        double[] logits = logits(seed, SIZES[size], spread);
        double[] probs = Exact.softmax(logits, 1);
        int k = 1 + (int) (p * logits.length);
        assertDraws(logits, Chain.of(), probs);
        assertDraws(logits, Chain.of(new TopK(k)), Exact.topK(probs, k));
        assertDraws(logits, Chain.of(new TopP(p)), Exact.topP(probs, p));
        assertDraws(logits, Chain.of(new MinP(p)), Exact.minP(probs, p));
        assertDraws(logits, Chain.of(new Typical(p)), Exact.typical(probs, p));
        assertDraws(logits, Chain.of(new TopNSigma(3 * p)), Exact.topNSigma(logits, 3 * p));
        assertDraws(logits, Chain.of(new Xtc(1, p / 4)), Exact.xtc(probs, p / 4));
        assertDraws(logits, Chain.of(new Temperature(2 * p)), Exact.softmax(logits, 2 * p));
    }

    @Property(tries = 60, seed = "20261123")
    void aStageBehindAnotherSeesOnlyWhatThatLeft(
            @ForAll long seed,
            @ForAll @IntRange(min = 0, max = 5) int size,
            @ForAll @DoubleRange(min = 0.05, max = 0.95) double p) {
        double[] logits = logits(seed, SIZES[size], 2);
        double[] warm = Exact.softmax(logits, 1.5);
        int k = 1 + logits.length / 2;
        double[] left = Exact.topK(warm, k);
        var temperature = new Temperature(1.5);
        var top = new TopK(k);
        assertDraws(logits, Chain.of(temperature, top, new TopP(p)), Exact.topP(left, p));
        assertDraws(logits, Chain.of(temperature, top, new MinP(p)), Exact.minP(left, p));
        assertDraws(logits, Chain.of(temperature, top, new Typical(p)), Exact.typical(left, p));
        assertDraws(logits, Chain.of(temperature, top, new Xtc(1, p / 3)), Exact.xtc(left, p / 3));
        assertDraws(logits, Chain.of(temperature, new Xtc(1, p / 3), top), Exact.topK(Exact.xtc(warm, p / 3), k));
        double[] cold = Exact.topP(Exact.softmax(logits, 1), p);
        assertDraws(
                logits,
                Chain.of(new TopP(p), temperature),
                Exact.normalised(
                        Arrays.stream(cold).map(x -> Math.pow(x, 1 / 1.5)).toArray()));
    }

    @Property(tries = 200)
    void dryIsItsDefinition(
            @ForAll long seed,
            @ForAll @IntRange(min = 0, max = 40) int length,
            @ForAll @IntRange(min = 0, max = 25) int window,
            @ForAll @IntRange(min = 1, max = 3) int allowed,
            @ForAll boolean broken) {
        var random = new Random(seed);
        int vocab = 5;
        int[] tokens = random.ints(length, 0, 3).toArray();
        List<List<Integer>> breakers = broken ? List.of(List.of(2), List.of(0, 1, 1)) : List.of();
        var dry = new Dry(0.5, 1.5, allowed, window, breakers);
        float[] logits = new float[vocab];
        new Sampler(Sampling.greedy(1).withDry(dry), tokens, List.of()).choose(logits);
        for (int id = 0; id < vocab; id++) {
            assertThat((double) logits[id])
                    .as("token %d after %s", id, Arrays.toString(tokens))
                    .isCloseTo(-Exact.dry(dry, tokens, id), within(TOLERANCE * Math.max(1, -logits[id])));
        }
    }

    @Test
    void dryGivesWhatLlamaCppGives() {
        // the values of its test-sampling, as softmax of equal logits
        assertDry(new int[] {0, 1}, dry(1, 2, List.of()), 0.25, 0.25, 0.25, 0.25);
        assertDry(new int[] {0, 1, 2, 0, 1}, dry(1, 2, List.of()), 0.296923, 0.296923, 0.109232, 0.296923);
        assertDry(new int[] {0, 1, 3, 4, 0, 1}, dry(1, 2, List.of(List.of(3))), 0.2, 0.2, 0.2, 0.2, 0.2);
        assertDry(new int[] {0, 1, 2, 0, 1}, dry(2, 2, List.of()), 0.241818, 0.241818, 0.032727, 0.241818, 0.241818);
        assertDry(new int[] {0, 1, 2, 3, 4, 0, 1}, dry(1, 4, List.of()), 0.2, 0.2, 0.2, 0.2, 0.2);
    }

    private static Dry dry(double multiplier, int allowed, List<List<Integer>> breakers) {
        return new Dry(multiplier, 1.1, allowed, 0, breakers);
    }

    private static void assertDry(int[] tokens, Dry dry, double... expected) {
        var sampling = Sampling.random(1, 1, 0).withDry(dry);
        assertThat(probs(new Sampler(report(sampling), tokens, List.of()), new double[expected.length]))
                .containsExactly(expected, within(2e-6));
    }

    @Test
    void xtcComesWithItsChance() {
        double[] logits =
                Arrays.stream(new double[] {0.4, 0.3, 0.2, 0.1}).map(Math::log).toArray();
        var sampler = new Sampler(report(Sampling.random(4000, 1, 5).with(new Xtc(0.3, 0.15))), new int[0], List.of());
        int cut = 0;
        for (int i = 0; i < 4000; i++) {
            cut += probs(sampler, logits)[0] == 0 ? 1 : 0;
        }
        assertThat(cut / 4000.0).isCloseTo(0.3, within(0.03)); // four standard deviations
    }

    @Test
    void mirostatTwoKeepsWhatSurprisesLessThanItsLimitAndLearnsFromWhatCame() {
        double[] logits = logits(3, 300, 3);
        double[] probs = Exact.softmax(logits, 0.9);
        var sampling = Sampling.random(50, 0.9, 8).with(new Mirostat(Mirostat.Version.TWO, 2, 0.2));
        var sampler = new Sampler(report(sampling), new int[0], List.of());
        double limit = 4;
        for (int i = 0; i < 50; i++) {
            double most = limit;
            double[] kept = Exact.normalised(Arrays.stream(probs)
                    .map(p -> -Math.log(p) / Math.log(2) <= most ? p : 0)
                    .toArray());
            var choice = sampler.choose(floats(logits));
            assertThat(probs(choice, logits.length)).containsExactly(kept, within(TOLERANCE));
            limit -= 0.2 * (-Math.log(probs[choice.id()]) / Math.log(2) - 2);
        }
    }

    @Test
    void mirostatOneKeepsAsManyAsZipfsLawSays() {
        double[] logits = new double[500];
        Arrays.setAll(logits, i -> -1.3 * Math.log(i + 1)); // probabilities fall as rank^-1.3
        double[] probs = Exact.softmax(logits, 1);
        var sampling = Sampling.random(50, 1, 8).with(new Mirostat(Mirostat.Version.ONE, 2.5, 0.1));
        var sampler = new Sampler(report(sampling), new int[0], List.of());
        double limit = 5;
        for (int i = 0; i < 50; i++) {
            int k = (int) Math.pow(0.3 * Math.pow(2, limit) / (1 - Math.pow(500, -0.3)), 1 / 1.3);
            var choice = sampler.choose(floats(logits));
            assertThat(probs(choice, 500)).containsExactly(Exact.topK(probs, Math.max(1, k)), within(1e-5));
            limit -= 0.1 * (-Math.log(probs[choice.id()]) / Math.log(2) - 2.5);
        }
    }

    @Test
    void mirostatHoldsTheSurpriseNearItsTarget() {
        double[] logits = logits(4, 2000, 2);
        for (var version : Mirostat.Version.values()) {
            var sampling = Sampling.random(4000, 1, 2)
                    .with(new Mirostat(version, 3, 0.1))
                    .withReport(Report.ofModel(0));
            var sampler = new Sampler(sampling, new int[0], List.of());
            double bits = 0;
            for (int i = 0; i < 4000; i++) {
                bits -= sampler.choose(floats(logits)).logProb() / Math.log(2);
            }
            assertThat(bits / 4000).as("version %s", version).isCloseTo(3, within(0.05));
        }
    }

    @Test
    void aChainKeepsItsOrderAndKnowsWhereAStageBelongs() {
        var chain = Chain.of(new Temperature(0.5)).with(new TopP(0.9)).with(new TopK(5));
        assertThat(chain.stages()).containsExactly(new Temperature(0.5), new TopK(5), new TopP(0.9));
        assertThat(chain.with(new TopK(7)).with(new TopP(1)).stages())
                .containsExactly(new Temperature(0.5), new TopK(7));
        assertThat(chain.inOrder(List.of(Stage.Kind.TOP_P, Stage.Kind.TOP_K)).stages())
                .containsExactly(new TopP(0.9), new TopK(5), new Temperature(0.5));
        var mirostat = new Mirostat(Mirostat.Version.TWO, 5, 0.1);
        assertThat(chain.with(mirostat).stages()).containsExactly(new Temperature(0.5), mirostat);
        assertThat(chain.with(mirostat).with(new TopK(3)).stages()).containsExactly(new Temperature(0.5), new TopK(3));
        assertThat(chain.with(mirostat).with(new TopK(0))).isEqualTo(chain.with(mirostat));
        assertThatThrownBy(() -> Chain.of(mirostat, new TopK(3))).hasMessageContaining("in place of all cuts");
        assertThatThrownBy(() -> Chain.of(new TopK(4), new TopK(3))).hasMessageContaining("two stages");
    }

    private static double[] logits(long seed, int size, double spread) {
        var random = new Random(seed);
        return random.doubles(size)
                .map(_ -> (float) (random.nextGaussian() * spread))
                .toArray();
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    private static void assertDraws(double[] logits, Chain chain, double[] expected) {
        var sampler = new Sampler(report(Sampling.random(1, 1, 9).withChain(chain)), new int[0], List.of());
        assertThat(probs(sampler, logits)).as("%s", chain).containsExactly(expected, within(TOLERANCE));
    }

    private static Sampling report(Sampling sampling) {
        return sampling.withReport(new Report(Report.Of.DRAW, Integer.MAX_VALUE));
    }

    private static double[] probs(Sampler sampler, double[] logits) {
        return probs(sampler.choose(floats(logits)), logits.length);
    }

    private static double[] probs(Sampler.Choice choice, int vocab) {
        double[] probs = new double[vocab];
        choice.top().forEach(ranked -> probs[ranked.id()] = Math.exp(ranked.logProb()));
        return probs;
    }
}
