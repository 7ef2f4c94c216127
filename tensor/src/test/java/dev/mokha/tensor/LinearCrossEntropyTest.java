package dev.mokha.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Objects;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class LinearCrossEntropyTest {
    /// Both sum 300 products in float32.
    private static final Offset<Double> FLOAT32_SUM = within(1e-5);

    /// bfloat16 keeps eight bits, so gradients of up to 0.3 are rounded by up to 1e-3, on both sides.
    private static final Offset<Double> BFLOAT16 = within(2e-3);

    @Test
    void equalsTheLossOfTheWholeLogits() {
        check(1000, 300, FLOAT32_SUM);
    }

    @Test
    void blocksOfRowsAddUp() {
        check(50, 100_000, FLOAT32_SUM);
    }

    @Test
    void underAutocastTheProductsAreRounded() {
        try (var _ = Autocast.bfloat16(Device.CPU)) {
            check(64, 300, BFLOAT16);
        }
    }

    @Test
    void withoutGradientsOnlyTheValueIsComputed() {
        try (var _ = Scope.open("test");
                var _ = Gradients.off()) {
            Tensor loss = Functional.linearCrossEntropy(
                    Tensors.of(new float[] {1, 0}, 1, 2),
                    Tensors.of(new float[] {1, 0, 0, 1}, 2, 2),
                    Tensors.of(new long[] {0}, 1));
            assertThat(loss.item()).isCloseTo(Math.log(1 + Math.exp(-1)), FLOAT32_SUM);
            assertThat(loss.requiresGrad()).isFalse();
        }
    }

    private static void check(int rows, int classes, Offset<Double> tolerance) {
        try (var _ = Scope.open("test")) {
            var rng = new Rng(3);
            Tensor x = rng.normal(0, 1, rows, 16);
            Tensor w = rng.normal(0, 0.1, classes, 16);
            Tensor targets = rng.integers(0, classes, rows);
            targets = targets.maskedFill(rng.bernoulli(0.2, rows).gt(0.5), -100);
            Tensor x1 = x.copy().requiresGrad(true);
            Tensor w1 = w.copy().requiresGrad(true);
            Tensor whole = Functional.crossEntropy(x1.matmul(w1.transpose(0, 1)).to(DType.FLOAT32), targets, 0);
            whole.mul(3).backward();
            Tensor x2 = x.copy().requiresGrad(true);
            Tensor w2 = w.copy().requiresGrad(true);
            Tensor fused = Functional.linearCrossEntropy(x2, w2, targets);
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
