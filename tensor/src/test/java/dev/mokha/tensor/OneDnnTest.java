package dev.mokha.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;

class OneDnnTest {
    /// Sums of 256 products of unit normals in float32: errors of a few 1e-5 in values of about 16.
    private static final double FLOAT32_SUM = 1e-4;

    @Test
    void linearAndItsGradientsEqualFloat64() {
        try (var _ = Scope.open("test")) {
            var rng = new Rng(5);
            Tensor x = rng.normal(0, 1, 4, 32, 256).requiresGrad(true); // 128 rows: the oneDNN path where there is one
            Tensor w = rng.normal(0, 1, 96, 256).requiresGrad(true);
            Tensor b = rng.normal(0, 1, 96).requiresGrad(true);
            Tensor upstream = rng.normal(0, 1, 4, 32, 96);
            Tensor y = Functional.linear(x, w, b);
            y.backward(upstream);

            Tensor x64 = x.detach().to(DType.FLOAT64).requiresGrad(true);
            Tensor w64 = w.detach().to(DType.FLOAT64).requiresGrad(true);
            Tensor b64 = b.detach().to(DType.FLOAT64).requiresGrad(true);
            Tensor y64 = x64.matmul(w64.transpose(0, 1)).add(b64);
            y64.backward(upstream.to(DType.FLOAT64));

            assertThat(distance(y, y64)).isLessThan(FLOAT32_SUM);
            assertThat(distance(gradient(x), gradient(x64))).isLessThan(FLOAT32_SUM);
            assertThat(distance(gradient(w), gradient(w64))).isLessThan(FLOAT32_SUM);
            assertThat(distance(gradient(b), gradient(b64))).isLessThan(FLOAT32_SUM);
        }
    }

    private static Tensor gradient(Tensor leaf) {
        return Objects.requireNonNull(leaf.grad());
    }

    private static double distance(Tensor first, Tensor second) {
        return first.detach().to(DType.FLOAT64).sub(second.detach()).abs().max().item();
    }
}
