package dev.mokha.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.testkit.Close;
import dev.mokha.testkit.Tolerance;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Products of 8-bit integers against loops over `long`, in both ways of computing them.
class Int8MatrixTest {
    private static final int ROWS = 9;
    private static final int IN = 160;
    private static final int OUT = 48;

    /// A value that lies between two integers within float32 rounding may be rounded to either: one step of one
    /// activation times the largest weight, of sums of some 160 such terms.
    private static final double ONE_STEP = 1.01;

    /// What one float32 multiplication and addition after an exact sum may err, of values below 20.
    private static final Tolerance EXACT_SUM = Tolerance.absolute("float32 after an exact sum", 2e-5);

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theProductIsThatOfTheRoundedNumbers(boolean packed) {
        try (var _ = Scope.open("test")) {
            var rng = new Rng(3);
            Tensor x = rng.normal(0, 1, ROWS, IN);
            Tensor w = rng.normal(0, 0.1, OUT, IN);
            Tensor b = rng.normal(0, 1, OUT);
            try (Int8Matrix matrix = matrix(w, packed)) {
                float[] found = matrix.linear(x, b).toFloats();
                Oracle oracle = new Oracle(x, w, b, matrix);
                for (int i = 0; i < found.length; i++) {
                    assertThat((double) found[i]).isCloseTo(oracle.product[i], within(ONE_STEP * oracle.step[i]));
                }
                Close.assertClose("most are exact", trimmed(found, oracle.product), new double[] {0}, EXACT_SUM);
            }
        }
    }

    /// {@return the difference that nine of ten do not exceed}
    private static double[] trimmed(float[] found, double[] wanted) {
        double[] differences = new double[found.length];
        for (int i = 0; i < found.length; i++) {
            differences[i] = Math.abs(found[i] - wanted[i]);
        }
        Arrays.sort(differences);
        return new double[] {differences[differences.length * 9 / 10]};
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void wholeNumbersThatFitAreMultipliedExactly(boolean packed) {
        try (var _ = Scope.open("test")) {
            // each row's and each channel's largest magnitude is the number of levels, so every scale is 1
            int levels = packed ? Int8Product.LEVELS : 127;
            Tensor x = Tensors.of(new float[] {levels, -3, 2, 0, 1, -levels, 5, 5}, 2, 4);
            Tensor w = Tensors.of(new float[] {127, 1, 0, -1, 2, -127, 3, 4, 0, 127, 127, 127}, 3, 4);
            try (Int8Matrix matrix = matrix(w, packed)) {
                double l = levels;
                Close.assertClose(
                        "product",
                        matrix.linear(x, Tensors.of(new float[] {0, 1, 2}, 3)).toDoubles(),
                        new double[] {
                            127 * l - 3,
                            2 * l + 3 * 127 + 6 + 1,
                            127 * -1 + 2,
                            127 - l - 5,
                            2 + 127 * l + 15 + 20 + 1,
                            127 * (10 - l) + 2
                        },
                        new Tolerance("float32 scales of 1", 1e-2, 1e-6));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void eachChannelErrsByHalfAStepOfItsOwnScale(boolean packed) {
        try (var _ = Scope.open("test")) {
            Tensor w = new Rng(4).normal(0, 1, OUT, IN);
            float[] values = w.toFloats();
            for (int o = 0; o < OUT; o++) { // channels a thousand times larger than others
                for (int i = 0; i < IN; i++) {
                    values[o * IN + i] *= (float) Math.pow(10, o % 4);
                }
            }
            try (Int8Matrix matrix = matrix(Tensors.of(values, OUT, IN), packed)) {
                double[] rounded = matrix.dequantized().toDoubles();
                for (int o = 0; o < OUT; o++) {
                    double scale = largest(values, o * IN) / 127;
                    for (int i = o * IN; i < (o + 1) * IN; i++) {
                        assertThat(rounded[i]).isCloseTo(values[i], within(scale * 0.5001));
                        double level = rounded[i] / scale;
                        assertThat(level).isCloseTo(Math.rint(level), within(1e-3));
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRowDoesNotDependOnItsNeighbours(boolean packed) {
        try (var _ = Scope.open("test")) {
            var rng = new Rng(5);
            Tensor x = rng.normal(0, 1, 2, 5, IN);
            Tensor w = rng.normal(0, 1, OUT, IN);
            try (Int8Matrix matrix = matrix(w, packed)) {
                Tensor louder = Tensors.cat(List.of(x, x.mul(1000)), 1);
                float[] alone = matrix.linear(x, null).toFloats();
                float[] beside =
                        matrix.linear(louder, null).narrow(1, 0, 5).contiguous().toFloats();
                assertThat(beside).isEqualTo(alone);
            }
        }
    }

    @Test
    void bothWaysAgree() {
        try (var _ = Scope.open("test")) {
            var rng = new Rng(6);
            Tensor x = rng.normal(0, 1, 64, IN);
            Tensor w = rng.normal(0, 0.1, OUT, IN);
            try (Int8Matrix first = Int8Matrix.of(w);
                    Int8Matrix second = matrix(w, false)) {
                Tensor exact = x.matmul(w.transpose(0, 1));
                double error = first.linear(x, null).sub(exact).abs().max().item();
                assertThat(error).isBetween(1e-4, 0.1);
                assertThat(second.linear(x, null).sub(exact).abs().max().item()).isBetween(1e-4, 0.1);
                assertThat(first.dequantized()
                                .sub(second.dequantized())
                                .abs()
                                .max()
                                .item())
                        .isLessThan(1e-6);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void rowsOfZerosGiveTheBiasAndEmptyInputsNothing(boolean packed) {
        try (var _ = Scope.open("test");
                Int8Matrix matrix = matrix(Tensors.of(new float[] {1, 2, 0, 0}, 2, 2), packed)) {
            Tensor b = Tensors.of(new float[] {3, 4}, 2);
            assertThat(matrix.linear(Tensors.zeros(3, 2), b).toFloats()).containsExactly(3, 4, 3, 4, 3, 4);
            assertThat(matrix.linear(Tensors.zeros(0, 2), b).shape()).containsExactly(0, 2);
            assertThat(matrix.linear(Tensors.of(new float[] {1, 1}, 2), b).shape())
                    .containsExactly(2);
            assertThat(matrix.linear(Tensors.zeros(3, 2).to(DType.BFLOAT16), b).dtype())
                    .isEqualTo(DType.BFLOAT16);
            assertThat(matrix.linear(Tensors.of(new float[] {Float.NaN, 1}, 2), b)
                            .toFloats())
                    .containsOnly(Float.NaN);
        }
    }

    @Test
    void itTakesAQuarterOfTheMemory() {
        try (var _ = Scope.open("test");
                Int8Matrix matrix = Int8Matrix.of(Tensors.zeros(768, 768))) {
            assertThat(matrix.bytes()).isBetween(768L * 768, 768L * 768 * 102 / 100);
        }
    }

    @Test
    void whatCannotBeQuantisedIsRefused() {
        try (var _ = Scope.open("test")) {
            assertThatThrownBy(() -> Int8Matrix.of(Tensors.zeros(4)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("[4]");
            assertThatThrownBy(() -> Int8Matrix.of(Tensors.of(new float[] {1, Float.NaN}, 1, 2)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("not finite");
            try (Int8Matrix matrix = Int8Matrix.of(Tensors.ones(2, 3))) {
                assertThatThrownBy(() -> matrix.linear(Tensors.ones(2, 2), null))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("[..., 3], not [2, 2]");
                assertThatThrownBy(() -> matrix.linear(Tensors.ones(2, 3).requiresGrad(true), null))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("rounding has no gradient");
            }
        }
    }

    @Test
    void productsLeaveNothingBehind() {
        Runnable step = () -> {
            try (var _ = Scope.open("step");
                    Int8Matrix matrix = Int8Matrix.of(Tensors.ones(8, 16))) {
                matrix.linear(Tensors.ones(4, 16), Tensors.ones(8));
                matrix.dequantized();
            }
        };
        repeat(10, step);
        long before = Engine.liveHandles();
        repeat(200, step);
        assertThat(Engine.liveHandles()).isLessThanOrEqualTo(before);
    }

    private static void repeat(int times, Runnable step) {
        for (int i = 0; i < times; i++) {
            step.run();
        }
    }

    private static Int8Matrix matrix(Tensor weight, boolean packed) {
        return Int8Matrix.of(weight, packed && Int8Product.HERE);
    }

    private static double largest(float[] values, int row) {
        double largest = 0;
        for (int i = row; i < row + IN; i++) {
            largest = Math.max(largest, Math.abs(values[i]));
        }
        return largest;
    }

    /// The definition: quantise, multiply integers, scale.
    private static final class Oracle {
        final double[] product = new double[ROWS * OUT];
        /// What one step of one activation changes.
        final double[] step = new double[ROWS * OUT];

        Oracle(Tensor x, Tensor w, @Nullable Tensor b, Int8Matrix matrix) {
            int levels = matrix.isPacked() ? Int8Product.LEVELS : 127;
            float[] xs = x.toFloats();
            float[] ws = w.toFloats();
            float[] bs = b == null ? new float[OUT] : b.toFloats();
            for (int r = 0; r < ROWS; r++) {
                double t = largest(xs, r * IN) / levels;
                for (int o = 0; o < OUT; o++) {
                    double s = largest(ws, o * IN) / 127;
                    long sum = 0;
                    for (int i = 0; i < IN; i++) {
                        sum += Math.round(Math.rint(xs[r * IN + i] / t)) * Math.round(Math.rint(ws[o * IN + i] / s));
                    }
                    product[r * OUT + o] = s * t * sum + bs[o];
                    step[r * OUT + o] = s * t * 127;
                }
            }
        }
    }
}
