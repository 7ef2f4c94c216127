package dev.mokha.nn;

import static dev.mokha.nn.Golden.assertClose;
import static dev.mokha.nn.Golden.grad;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Rng;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import org.junit.jupiter.api.Test;

class LayersTest {
    private static final double TOLERANCE = 1e-6;

    @Test
    void linearIsTheProductWrittenOut() {
        try (var _ = Scope.open("test")) {
            var linear =
                    new Linear(Tensors.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3), Tensors.of(new float[] {10, 20}, 2));
            Tensor y = linear.forward(Tensors.of(new float[] {1, 0, -1}, 1, 3));
            assertThat(y.toFloats()).containsExactly(1 - 3 + 10, 4 - 6 + 20);
        }
    }

    @Test
    void embeddingLooksRowsUpAndItsGradientCountsThem() {
        try (var _ = Scope.open("test")) {
            Tensor table = Tensors.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2).requiresGrad(true);
            Tensor rows = new Embedding(table).forward(Tensors.of(new long[] {2, 0, 2}, 1, 3));
            assertThat(rows.toFloats()).containsExactly(5, 6, 1, 2, 5, 6);
            rows.sum().backward();
            assertThat(grad(table).toFloats()).containsExactly(1, 1, 0, 0, 2, 2);
        }
    }

    @Test
    void anUnknownActivationNamesThoseThatAreKnown() {
        assertThatThrownBy(() -> Activation.named("gleu"))
                .hasMessageContaining("'gleu'")
                .hasMessageContaining("gelu_new");
        for (Activation activation : Activation.values()) {
            assertThat(Activation.named(activation.configName())).isEqualTo(activation);
        }
    }

    @Test
    void dropoutDropsTheSaidShareInTrainingAndNothingInUse() {
        try (var params = Params.fresh(11);
                var _ = Scope.open("test")) {
            Dropout dropout = params.dropout(0.25);
            Tensor ones = Tensors.ones(200, 100);
            double kept = dropout.forward(ones).ne(0).to(DType.FLOAT32).mean().item();
            assertThat(kept).isBetween(0.73, 0.77); // 20,000 draws: 6 standard deviations are 0.018
            assertThat(dropout.forward(ones).max().item())
                    .isEqualTo(1 / 0.75, org.assertj.core.api.Assertions.within(1e-6));
            params.mode(Mode.EVAL);
            assertThat(dropout.forward(ones)).isSameAs(ones);
        }
    }

    @Test
    void equalSeedsDropTheSameElements() {
        try (var one = Params.fresh(5);
                var two = Params.fresh(5);
                var _ = Scope.open("test")) {
            Tensor x = Tensors.ones(8, 8);
            assertThat(one.dropout(0.5).forward(x).toFloats())
                    .containsExactly(two.dropout(0.5).forward(x).toFloats());
        }
    }

    @Test
    void rmsNormInBfloat16DividesInFloat32() {
        try (var _ = Scope.open("test");
                var rng = new Rng(2)) {
            Tensor x = rng.normal(0, 300, 4, 16).to(DType.BFLOAT16);
            Tensor weight = Tensors.ones(16).to(DType.BFLOAT16);
            Tensor y = new RmsNorm(weight, 1e-6).forward(x);
            assertThat(y.dtype()).isEqualTo(DType.BFLOAT16);
            Tensor exact = new RmsNorm(Tensors.ones(16), 1e-6).forward(x.to(DType.FLOAT32));
            assertThat(y.toFloats()).containsExactly(exact.to(DType.BFLOAT16).toFloats());
        }
    }

    @Test
    void lossesAgreeWithTheirDefinitions() {
        try (var _ = Scope.open("test")) {
            Tensor x = Tensors.of(new double[] {-3, 0.5, 40, -40}, 4);
            Tensor t = Tensors.of(new double[] {0, 1, 1, 0.5}, 4);
            double expected = 0;
            double[] xs = x.toDoubles();
            double[] ts = t.toDoubles();
            for (int i = 0; i < xs.length; i++) {
                expected += ts[i] * Math.log1p(Math.exp(-xs[i])) + (1 - ts[i]) * Math.log1p(Math.exp(xs[i]));
            }
            assertClose(Loss.binaryCrossEntropy(x, t), new double[] {expected / 4}, TOLERANCE);
            assertClose(Loss.meanSquared(x, t), new double[] {(9 + 0.25 + 39 * 39 + 40.5 * 40.5) / 4}, TOLERANCE);
            Tensor p = Tensors.of(new double[] {0.25, 0.75}, 1, 2).log();
            Tensor q = Tensors.of(new double[] {0.5, 0.5}, 1, 2).log();
            double kl = 0.25 * Math.log(0.5) + 0.75 * Math.log(1.5);
            assertClose(Loss.klDivergence(p, q), new double[] {kl}, TOLERANCE);
            assertClose(Loss.klDivergence(p, p), new double[] {0}, TOLERANCE);
        }
    }

    @Test
    void aTinyNetworkFitsExclusiveOr() {
        try (var params = Params.fresh(1).with(Init.torch())) {
            Projection first = params.linear("first", 2, 16, Bias.WITH);
            Projection second = params.linear("second", 16, 1, Bias.WITH);
            double loss = Double.NaN;
            for (int step = 0; step < 400; step++) {
                try (var _ = Scope.open("step")) {
                    Tensor x = Tensors.of(new float[] {0, 0, 0, 1, 1, 0, 1, 1}, 4, 2);
                    Tensor t = Tensors.of(new float[] {0, 1, 1, 0}, 4, 1);
                    Tensor out = Loss.binaryCrossEntropy(
                            second.forward(first.forward(x).tanh()), t);
                    out.backward();
                    loss = out.item();
                    params.trainable().values().forEach(w -> {
                        w.addInPlace(grad(w), -0.5);
                        w.clearGrad();
                    });
                }
            }
            assertThat(loss).isLessThan(0.05); // chance is log 2 = 0.69
        }
    }

    @Test
    void aBatchEqualsItsRowsOneByOne() {
        try (var params = Params.fresh(4, Device.CPU);
                var _ = Scope.open("test");
                var rng = new Rng(9)) {
            Projection linear = params.linear("linear", 6, 5, Bias.WITH);
            LayerNorm norm = params.layerNorm("norm", 5, 1e-5);
            Tensor x = rng.normal(0, 1, 7, 6);
            Tensor all = norm.forward(linear.forward(x));
            for (int row = 0; row < 7; row++) {
                Tensor one = norm.forward(linear.forward(x.narrow(0, row, 1)));
                assertClose(one, all.narrow(0, row, 1), 1e-5);
            }
        }
    }

    @Test
    void aTruncatedNormalStaysWithinTwoDeviationsAndKeepsItsShapeThere() {
        try (var _ = Scope.open("test");
                var rng = new Rng(5)) {
            double[] drawn = Init.truncatedNormal(0.02).draw(rng, 200, 500).toDoubles();
            double square = 0;
            for (double x : drawn) {
                assertThat(Math.abs(x)).isLessThanOrEqualTo(0.04 + 1e-8);
                square += x * x;
            }
            // The variance of a normal cut at ±2σ is σ² (1 − 4 φ(2) / (2 Φ(2) − 1)) = 0.7737 σ².
            assertThat(square / drawn.length / 4e-4).isCloseTo(0.7737, within(0.02)); // 5 standard errors
        }
    }
}
