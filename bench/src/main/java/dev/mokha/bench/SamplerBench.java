package dev.mokha.bench;

import dev.mokha.language.generate.Dry;
import dev.mokha.language.generate.LogitRow;
import dev.mokha.language.generate.Penalties;
import dev.mokha.language.generate.Report;
import dev.mokha.language.generate.Sampler;
import dev.mokha.language.generate.Sampling;
import dev.mokha.language.generate.Stage;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// What choosing a token costs at a vocabulary of Llama 3's size, on one thread.
///
/// Logits are normal with a deviation of 2 and a likely token or two, as a decoder's; with a deviation of 0.5
/// they are nearly flat, where a nucleus has most of the vocabulary. The time to refresh the logits is not
/// counted.
final class SamplerBench {
    private static final int VOCAB = 128_256;
    private static final int ROUNDS = 7;
    private static final int TOKENS = 300;
    private static final int PROMPT = 1000;

    private SamplerBench() {}

    public static void main(String[] args) {
        Map<String, Sampling> settings = new LinkedHashMap<>();
        Sampling random = Sampling.random(TOKENS, 0.8, 1);
        settings.put("greedy", Sampling.greedy(TOKENS));
        settings.put("temperature", random);
        settings.put("top-k 40", random.withTopK(40));
        settings.put(
                "top-k 40, top-p 0.95, min-p 0.05",
                random.withTopK(40).withTopP(0.95).withMinP(0.05));
        settings.put("top-p 0.9", random.withTopP(0.9));
        settings.put("min-p 0.05", random.withMinP(0.05));
        settings.put("typical 0.9", random.with(new Stage.Typical(0.9)));
        settings.put("top-n-sigma 1", random.with(new Stage.TopNSigma(1)));
        settings.put("XTC 0.5 0.1", random.with(new Stage.Xtc(0.5, 0.1)));
        settings.put("mirostat 1", random.with(new Stage.Mirostat(Stage.Mirostat.Version.ONE, 5, 0.1)));
        settings.put("mirostat 2", random.with(new Stage.Mirostat(Stage.Mirostat.Version.TWO, 5, 0.1)));
        settings.put(
                "greedy, penalties, DRY",
                Sampling.greedy(TOKENS)
                        .withPenalties(new Penalties(1.1, 0.1, 0.1))
                        .withDry(Dry.of(0.8)));
        settings.put("greedy, 5 log probabilities", Sampling.greedy(TOKENS).withReport(Report.ofModel(5)));
        System.out.printf("%-36s %12s %12s %12s%n", "µs a token, median of " + ROUNDS, "peaked", "flat", "masked");
        float[] peaked = logits(2, 16);
        float[] flat = logits(0.5, 0);
        long[] mask = new long[VOCAB / Long.SIZE];
        Arrays.setAll(mask, word -> word % 3 == 0 ? -1 : word % 3 == 1 ? 0 : 0x5555_5555_5555_5555L);
        settings.forEach((name, sampling) -> System.out.printf(
                "%-36s %12.0f %12.0f %12.0f%n",
                name,
                microseconds(sampling, peaked, null),
                microseconds(sampling, flat, null),
                microseconds(sampling, peaked, mask)));
    }

    private static float[] logits(double deviation, double likely) {
        var random = new SplittableRandom(7);
        float[] logits = new float[VOCAB];
        for (int i = 0; i < VOCAB; i++) {
            logits[i] = (float) (random.nextGaussian() * deviation);
        }
        for (int i = 0; i < 40; i++) {
            int id = random.nextInt(VOCAB);
            logits[id] = (float) Math.max(logits[id], likely - 0.4 * i);
        }
        return logits;
    }

    private static double microseconds(Sampling sampling, float[] logits, long @Nullable [] mask) {
        int[] prompt = new SplittableRandom(3).ints(PROMPT, 0, VOCAB).toArray();
        float[] work = new float[VOCAB];
        double[] rounds = new double[ROUNDS];
        for (int round = -2; round < ROUNDS; round++) { // two to warm up
            var sampler = new Sampler(sampling, prompt, List.of(1));
            long nanos = 0;
            for (int i = 0; i < TOKENS; i++) {
                System.arraycopy(logits, 0, work, 0, VOCAB);
                long begin = System.nanoTime();
                sampler.choose(LogitRow.of(work), mask);
                nanos += System.nanoTime() - begin;
            }
            rounds[Math.max(0, round)] = nanos / 1e3 / TOKENS;
        }
        Arrays.sort(rounds);
        return rounds[ROUNDS / 2];
    }
}
