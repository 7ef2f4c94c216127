package dev.mokha.language.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// By hand, and against loops over plain numbers.
final class MergeMethodTest {
    private static final float[] BASE = {1, 1, 1, 1, 0, 0};
    private static final float[] A = {2, 1.1f, -1, 1, 0, 0.5f};
    private static final float[] B = {3, 0.8f, 2, 1, 0, -2};

    private static float[] merged(MergeMethod method, float @Nullable [] base, float[]... models) {
        try (var _ = Scope.open("test")) {
            List<Tensor> all = Arrays.stream(models)
                    .map(model -> Tensors.of(model, 2, model.length / 2))
                    .toList();
            return method.merge(all, base == null ? null : Tensors.of(base, 2, base.length / 2))
                    .toFloats();
        }
    }

    @Test
    void theMeanByHand() {
        assertThat(merged(new MergeMethod.Linear(List.of()), null, A, B))
                .containsExactly(new float[] {2.5f, 0.95f, 0.5f, 1, 0, -0.75f}, within(1e-6f));
        assertThat(merged(new MergeMethod.Linear(List.of(3.0, 1.0)), null, A, B)[0])
                .isCloseTo(2.25f, within(1e-6f));
    }

    @Test
    void theArcByHand() {
        // A quarter turn; half of it is the diagonal, which keeps the length.
        float[] half = merged(new MergeMethod.Slerp(0.5), null, new float[] {1, 0}, new float[] {0, 1});
        assertThat(half).containsExactly(new float[] {(float) Math.sqrt(0.5), (float) Math.sqrt(0.5)}, within(1e-6f));
        assertThat(merged(new MergeMethod.Slerp(0), null, A, B)).containsExactly(A, within(1e-6f));
        assertThat(merged(new MergeMethod.Slerp(1), null, A, B)).containsExactly(B, within(1e-6f));
        assertThat(merged(new MergeMethod.Slerp(0.3), null, A, A)).containsExactly(A, within(1e-6f));
        assertThat(merged(new MergeMethod.Slerp(0.5), null, new float[4], new float[4]))
                .containsOnly(0);
    }

    @Test
    void whatWasLearnedByHand() {
        assertThat(merged(new MergeMethod.TaskArithmetic(List.of(), 0.5), BASE, A, B))
                .containsExactly(new float[] {2.5f, 0.95f, 0.5f, 1, 0, -0.75f}, within(1e-6f));
        assertThat(merged(new MergeMethod.TaskArithmetic(List.of(1.0, -1.0), 1), BASE, B, B))
                .containsExactly(BASE, within(1e-6f));
    }

    @Test
    void tiesByHand() {
        // Changes: A 1, 0.1, −2, 0, 0, 0.5; B 2, −0.2, 1, 0, 0, −2. Half stays: A 1, −2, 0.5; B 2, 1, −2.
        // Signs: +, none, −, none, none, −. Means: 1.5, 0, −2, 0, 0, −2.
        assertThat(merged(new MergeMethod.Ties(0.5, List.of(), 1), BASE, A, B))
                .containsExactly(new float[] {2.5f, 1, -1, 1, 0, -2}, within(1e-6f));
        assertThat(merged(new MergeMethod.Ties(1, List.of(), 1), BASE, A)).containsExactly(A, within(1e-6f));
    }

    @Test
    void tiesAsLoops() {
        var random = new Random(3);
        for (int round = 0; round < 20; round++) {
            int n = 2 * (1 + random.nextInt(20));
            float[][] rows = new float[4][n];
            for (float[] row : rows) {
                for (int i = 0; i < n; i++) {
                    row[i] = (float) random.nextGaussian();
                }
            }
            double density = 0.1 + 0.9 * random.nextDouble();
            List<Double> weights = List.of(1.0, 0.5, 2.0);
            float[] found = merged(new MergeMethod.Ties(density, weights, 0.7), rows[0], rows[1], rows[2], rows[3]);
            assertThat(found).containsExactly(loops(rows, density, weights, 0.7), within(1e-5f));
        }
    }

    private static float[] loops(float[][] rows, double density, List<Double> weights, double scale) {
        int n = rows[0].length;
        int keep = (int) Math.max(1, Math.round(density * n));
        double[][] changes = new double[3][n];
        for (int m = 0; m < 3; m++) {
            double[] sizes = new double[n];
            for (int i = 0; i < n; i++) {
                changes[m][i] = rows[m + 1][i] - rows[0][i];
                sizes[i] = Math.abs(changes[m][i]);
            }
            Arrays.sort(sizes);
            for (int i = 0; i < n; i++) {
                changes[m][i] = Math.abs(changes[m][i]) >= sizes[n - keep] ? changes[m][i] : 0;
            }
        }
        float[] merged = new float[n];
        for (int i = 0; i < n; i++) {
            double sum = 0;
            for (int m = 0; m < 3; m++) {
                sum += weights.get(m) * changes[m][i];
            }
            double agreed = 0;
            double counted = 0;
            for (int m = 0; m < 3; m++) {
                if (sum != 0 && Math.signum(changes[m][i]) == Math.signum(sum)) {
                    agreed += weights.get(m) * changes[m][i];
                    counted += weights.get(m);
                }
            }
            merged[i] = (float) (rows[0][i] + scale * (counted == 0 ? 0 : agreed / counted));
        }
        return merged;
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new MergeMethod.Slerp(1.5));
        assertThatIllegalArgumentException().isThrownBy(() -> new MergeMethod.Slerp(0.5).requireModels(3));
        assertThatIllegalArgumentException().isThrownBy(() -> new MergeMethod.Linear(List.of(-1.0, 2.0)));
        assertThatIllegalArgumentException().isThrownBy(() -> new MergeMethod.Linear(List.of(0.0)));
        assertThatIllegalArgumentException().isThrownBy(() -> new MergeMethod.Linear(List.of(1.0)).requireModels(2));
        assertThatIllegalArgumentException().isThrownBy(() -> new MergeMethod.Ties(0, List.of(), 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new MergeMethod.TaskArithmetic(List.of(), Double.NaN));
    }
}
