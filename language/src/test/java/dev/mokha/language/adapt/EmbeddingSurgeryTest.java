package dev.mokha.language.adapt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.tensor.DType;
import dev.mokha.tensor.Rng;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EmbeddingSurgeryTest {
    private static final List<int[]> PIECES = List.of(new int[] {0, 2}, new int[] {1, 1, 2});

    static List<NewRows> everyWay() {
        return List.of(
                new NewRows.Random(),
                new NewRows.SubtokenMean(),
                new NewRows.NoisyMean(),
                new NewRows.Focus(Tensors.of(new float[] {1, 0, 0, 1, 1, 1, 1, 0, 0, 0}, 5, 2)),
                new NewRows.Aligned(Arrays.asList(null, new PieceAlignment.Mix(new int[] {1}, new double[] {1}))));
    }

    @Test
    void anAlignedRowIsMixedOfWhatItStandsForAndOthersAreMeans() {
        try (var _ = Scope.open("test")) {
            Tensor table = Tensors.of(new float[] {1, 2, 3, 4, 5, 9}, 3, 2);
            var mix = new PieceAlignment.Mix(new int[] {0, 2}, new double[] {0.25, 0.75});
            float[] grown = EmbeddingSurgery.grow(table, PIECES, new NewRows.Aligned(Arrays.asList(mix, null)), 0)
                    .toFloats();
            assertThat(Arrays.copyOfRange(grown, 6, 10)).containsExactly(4, 7.25f, 11 / 3f, 17 / 3f);
        }
    }

    @ParameterizedTest
    @MethodSource("everyWay")
    void oldRowsAreCopiedBitForBitInEveryType(NewRows rows) {
        for (DType dtype : List.of(DType.FLOAT32, DType.BFLOAT16)) {
            try (var _ = Scope.open("test")) {
                Tensor table = new Rng(1).normal(0, 1, 3, 2).to(dtype);
                Tensor grown = EmbeddingSurgery.grow(table, PIECES, rows, 7);
                assertThat(grown.shape()).containsExactly(5, 2);
                assertThat(grown.dtype()).isEqualTo(dtype);
                assertThat(grown.narrow(0, 0, 3).eq(table).all()).isTrue();
                assertThat(grown.isFinite().all()).isTrue();
            }
        }
    }

    @Test
    void aMeanRowIsTheMeanOfItsPieces() {
        try (var _ = Scope.open("test")) {
            Tensor table = Tensors.of(new float[] {1, 2, 3, 4, 5, 9}, 3, 2);
            float[] grown = EmbeddingSurgery.grow(table, PIECES, new NewRows.SubtokenMean(), 0)
                    .toFloats();
            assertThat(Arrays.copyOfRange(grown, 6, 10)).containsExactly(3, 5.5f, 11 / 3f, 17 / 3f);
        }
    }

    @Test
    void noiseTellsEqualDecompositionsApart() {
        try (var _ = Scope.open("test")) {
            Tensor table = new Rng(1).normal(0, 1, 3, 64);
            List<int[]> equal = List.of(new int[] {0, 1}, new int[] {0, 1});
            Tensor mean = EmbeddingSurgery.grow(table, equal, new NewRows.SubtokenMean(), 0);
            assertThat(mean.select(0, 3).eq(mean.select(0, 4)).all()).isTrue();
            Tensor noisy = EmbeddingSurgery.grow(table, equal, new NewRows.NoisyMean(0.02), 0);
            double apart = noisy.select(0, 3).sub(noisy.select(0, 4)).norm().item();
            assertThat(apart).isBetween(0.02, 1.0);
        }
    }

    @Test
    void focusMixesTheNearestOldRows() {
        try (var _ = Scope.open("test")) {
            Tensor table = Tensors.of(new float[] {1, 0, 0, 1, 0, 0}, 3, 2);
            // The new piece points where old piece 0 does, away from 1 and 2.
            var space = new NewRows.Focus(Tensors.of(new float[] {1, 0, -1, 0, -1, 0.1f, 2, 0, 0, 0}, 5, 2));
            float[] grown = EmbeddingSurgery.grow(table, PIECES, space, 0).toFloats();
            assertThat(Arrays.copyOfRange(grown, 6, 8)).containsExactly(1, 0);
            // The piece without a vector falls back to the mean.
            assertThat(grown[8]).isEqualTo(0);
            assertThat(grown[9]).isCloseTo(2 / 3f, within(1e-6f));
        }
    }

    @Property
    void sparsemaxIsAProjectionOntoTheSimplex(
            @ForAll @Size(min = 1, max = 12) List<@DoubleRange(min = -5, max = 5) Double> scores) {
        double[] z = scores.stream().mapToDouble(Double::doubleValue).toArray();
        double[] p = z.clone();
        EmbeddingSurgery.sparsemax(p);
        assertThat(Arrays.stream(p).sum()).isCloseTo(1, within(1e-9));
        assertThat(Arrays.stream(p).min().orElseThrow()).isNotNegative();
        // Optimality: where the weight is positive, score less weight is one threshold, elsewhere the score is below
        // it.
        double threshold = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < z.length; i++) {
            threshold = p[i] > 0 ? z[i] - p[i] : threshold;
        }
        for (int i = 0; i < z.length; i++) {
            if (p[i] > 0) {
                assertThat(z[i] - p[i]).isCloseTo(threshold, within(1e-9));
            } else {
                assertThat(z[i]).isLessThanOrEqualTo(threshold + 1e-9);
            }
        }
    }

    @Test
    void piecesThatCannotBeMadeAreNamed() {
        try (var _ = Scope.open("test")) {
            Tensor table = Tensors.ones(3, 2);
            assertThatThrownBy(() -> EmbeddingSurgery.grow(table, List.of(new int[] {3}), new NewRows.Random(), 0))
                    .hasMessageContaining("base piece 3")
                    .hasMessageContaining("0 to 2");
            assertThatThrownBy(() -> EmbeddingSurgery.grow(table, List.of(new int[0]), new NewRows.Random(), 0))
                    .hasMessageContaining("new piece 3");
        }
    }
}
