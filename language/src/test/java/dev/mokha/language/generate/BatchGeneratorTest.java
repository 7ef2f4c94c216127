package dev.mokha.language.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.language.generate.BatchGenerator.Continuation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BatchGeneratorTest {
    private static final int VOCAB = 24;
    private static final List<Integer> ENDS = List.of(3, 7);

    private static Decoder model() {
        return Decoder.fresh(DecoderConfig.tiny().withVocabSize(VOCAB).withMaxPositionEmbeddings(64), 9);
    }

    @Property(tries = 40)
    void aContinuationIsTheOneThatIsDrawnAlone(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 4) int prompts,
            @ForAll @IntRange(min = 1, max = 5) int times,
            @ForAll @IntRange(min = 0, max = 2) int warmth,
            @ForAll @IntRange(min = 0, max = 1) int alike) {
        var random = new Random(seed);
        int[] beginning = random.ints(alike * 20L, 0, VOCAB).toArray(); // long enough to be read by itself
        List<int[]> ids = new ArrayList<>();
        for (int i = 0; i < prompts; i++) {
            ids.add(IntStream.concat(Arrays.stream(beginning), random.ints(1 + random.nextInt(6), 0, VOCAB))
                    .toArray());
        }
        IntFunction<Sampling> sampling = row ->
                Sampling.random(1 + row % 3 * 9, warmth * 0.6, seed + row).withTopP(warmth == 2 ? 0.9 : 1);
        try (Decoder model = model()) {
            List<Continuation> together = new BatchGenerator(model, ENDS).run(ids, times, sampling);
            assertThat(together).hasSize(prompts * times);
            for (int row = 0; row < together.size(); row++) {
                assertThat(together.get(row)).isEqualTo(alone(model, ids.get(row / times), sampling.apply(row)));
            }
        }
    }

    private static Continuation alone(Decoder model, int[] prompt, Sampling sampling) {
        List<Integer> ids = new ArrayList<>();
        try (var generator = new Generator(model)) {
            generator.run(prompt, true, new Sampler(sampling, prompt, ENDS), choice -> {
                ids.add(choice.id());
                return !ENDS.contains(choice.id()) && ids.size() < sampling.maxNewTokens();
            });
        }
        return new Continuation(ids, ENDS.contains(ids.getLast()));
    }

    @Test
    void whatDoesNotFitIsRefused() {
        try (Decoder model = model()) {
            var generator = new BatchGenerator(model, ENDS);
            assertThatThrownBy(() -> generator.run(List.of(new int[60]), 2, _ -> Sampling.greedy(5)))
                    .hasMessageContaining("60 tokens and an answer of up to 5 do not fit the model's context of 64");
            assertThatThrownBy(() -> generator.run(List.of(new int[0]), 1, _ -> Sampling.greedy(1)))
                    .hasMessageContaining("at least one token each");
            assertThatThrownBy(() -> generator.run(List.of(), 1, _ -> Sampling.greedy(1)))
                    .hasMessageContaining("got 0 prompts");
        }
    }
}
