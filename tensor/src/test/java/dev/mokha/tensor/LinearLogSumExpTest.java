package dev.mokha.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Objects;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class LinearLogSumExpTest {
    /// Both sum 300 products in float32.
    private static final Offset<Double> FLOAT32_SUM = within(1e-4);

    /// bfloat16 keeps eight bits, so gradients of up to 3 are rounded by up to 1e-2, on both sides.
    private static final Offset<Double> BFLOAT16 = within(3e-2);

    @Test
    void equalsTheSumOverTheWholeScores() {
        check(1000, 300, FLOAT32_SUM);
    }

    @Test
    void blocksOfRowsAddUp() {
        check(50, 200_000, FLOAT32_SUM);
    }

    @Test
    void underAutocastTheProductsAreRounded() {
        try (var _ = Autocast.bfloat16(Device.CPU)) {
            check(64, 300, BFLOAT16);
        }
    }

    @Test
    void highScoresDoNotOverflow() {
        try (var _ = Scope.open("test");
                var _ = Gradients.off()) {
            Tensor sum = Functional.linearLogSumExp(
                    Tensors.of(new float[] {1000}, 1, 1),
                    Tensors.of(new float[] {1, -1}, 2, 1),
                    Tensors.of(new float[] {1}, 1));
            assertThat(sum.item()).isEqualTo(1000);
            assertThat(sum.requiresGrad()).isFalse();
        }
    }

    private static void check(int rows, int classes, Offset<Double> tolerance) {
        try (var _ = Scope.open("test")) {
            var rng = new Rng(3);
            Tensor x = rng.normal(0, 1, rows, 16);
            Tensor w = rng.normal(0, 0.1, classes, 16);
            Tensor shares = rng.uniform(0, 2.0 / rows, rows);
            Tensor x1 = x.copy().requiresGrad(true);
            Tensor w1 = w.copy().requiresGrad(true);
            Tensor scores = x1.matmul(w1.transpose(0, 1)).to(DType.FLOAT32);
            Tensor whole = scores.logSumExp(-1, false).mul(shares).sum();
            whole.mul(3).backward();
            Tensor x2 = x.copy().requiresGrad(true);
            Tensor w2 = w.copy().requiresGrad(true);
            Tensor fused = Functional.linearLogSumExp(x2, w2, shares);
            fused.mul(3).backward();
            assertThat(fused.item()).isCloseTo(whole.item(), within(tolerance.value * 10));
            assertThat(distance(x1, x2)).isCloseTo(0, tolerance);
            assertThat(distance(w1, w2)).isCloseTo(0, tolerance);
        }
    }

    private static double distance(Tensor first, Tensor second) {
        return Objects.requireNonNull(first.grad())
                .sub(Objects.requireNonNull(second.grad()))
                .abs()
                .max()
                .item();
    }
}
