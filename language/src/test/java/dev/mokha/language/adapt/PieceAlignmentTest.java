package dev.mokha.language.adapt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.language.adapt.PieceAlignment.Mix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PieceAlignmentTest {
    private static final int BASE = 10;

    /// Every new piece n has one translation, n − 10, said in any order among others.
    @Test
    void whatAlwaysComesTogetherIsAligned() {
        var random = new Random(3);
        List<int[]> pairs = new ArrayList<>();
        for (int pair = 0; pair < 60; pair++) {
            int[] fresh = random.ints(BASE, BASE + 6).distinct().limit(3).toArray();
            int[] old = Arrays.stream(fresh).map(id -> id - BASE).sorted().toArray();
            pairs.add(joined(old, fresh));
        }
        @Nullable Mix[] mixes = new PieceAlignment(20, 2, 0.05).align(pairs, BASE, 8);
        for (int piece = 0; piece < 6; piece++) {
            Mix mix = Objects.requireNonNull(mixes[piece]);
            assertThat(mix.ids()[heaviest(mix)]).isEqualTo(piece);
            assertThat(Arrays.stream(mix.weights()).sum()).isCloseTo(1, within(1e-12));
            assertThat(mix.weights()[heaviest(mix)]).isGreaterThan(0.9);
        }
        assertThat(mixes[6]).isNull();
        assertThat(mixes[7]).isNull();
    }

    @Test
    void probabilitiesAreThoseOfThePlainAlgorithm() {
        var random = new Random(5);
        List<int[]> pairs = new ArrayList<>();
        for (int pair = 0; pair < 20; pair++) {
            pairs.add(joined(
                    random.ints(1 + random.nextInt(5), 0, BASE).toArray(),
                    random.ints(1 + random.nextInt(5), BASE, BASE + 5).toArray()));
        }
        Map<Integer, Map<Integer, Double>> plain = plain(pairs, 4);
        @Nullable Mix[] mixes = new PieceAlignment(4, 1, 0).align(pairs, BASE, 5);
        for (int piece = 0; piece < 5; piece++) {
            Mix mix = Objects.requireNonNull(mixes[piece]);
            for (int i = 0; i < mix.ids().length; i++) {
                assertThat(mix.weights()[i])
                        .isCloseTo(
                                plain.getOrDefault(BASE + piece, Map.of()).getOrDefault(mix.ids()[i], 0.0),
                                within(1e-12));
            }
        }
    }

    @Test
    void aPieceThatIsTooRareOrAloneHasNoMixture() {
        List<int[]> pairs = List.of(new int[] {1, 2, 10}, new int[] {11}, new int[] {11});
        @Nullable Mix[] mixes = new PieceAlignment(3, 2, 0).align(pairs, BASE, 2);
        assertThat(mixes).containsOnlyNulls();
    }

    @Test
    void settingsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> new PieceAlignment(0, 1, 0)).hasMessageContaining("rounds");
        assertThatThrownBy(() -> new PieceAlignment(1, 1, 1)).hasMessageContaining("share");
    }

    /// Model 1 as it is written, over maps.
    private static Map<Integer, Map<Integer, Double>> plain(List<int[]> pairs, int rounds) {
        Map<Integer, Map<Integer, Double>> t = new HashMap<>();
        for (int round = 0; round < rounds; round++) {
            Map<Integer, Map<Integer, Double>> counts = new HashMap<>();
            for (int[] pair : pairs) {
                List<Integer> fresh = new ArrayList<>(
                        Arrays.stream(pair).filter(id -> id >= BASE).boxed().toList());
                fresh.add(-1);
                for (int old : Arrays.stream(pair).filter(id -> id < BASE).toArray()) {
                    double total =
                            fresh.stream().mapToDouble(n -> at(t, n, old)).sum();
                    fresh.forEach(n -> counts.computeIfAbsent(n, _ -> new HashMap<>())
                            .merge(old, at(t, n, old) / total, Double::sum));
                }
            }
            counts.forEach((_, row) -> {
                double sum =
                        row.values().stream().mapToDouble(Double::doubleValue).sum();
                row.replaceAll((_, count) -> count / sum);
            });
            t.clear();
            t.putAll(counts);
        }
        return t;
    }

    private static double at(Map<Integer, Map<Integer, Double>> t, int fresh, int old) {
        return t.isEmpty() ? 1 : t.getOrDefault(fresh, Map.of()).getOrDefault(old, 0.0);
    }

    private static int heaviest(Mix mix) {
        int best = 0;
        for (int i = 1; i < mix.weights().length; i++) {
            best = mix.weights()[i] > mix.weights()[best] ? i : best;
        }
        return best;
    }

    private static int[] joined(int[] a, int[] b) {
        int[] all = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, all, a.length, b.length);
        return all;
    }
}
