package dev.mokha.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Engine;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Rng;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;

class QuantizedLinearTest {
    private static final int WIDTH = 64;

    /// Half a step of 127 in the weight and in the input, each of up to 3 standard deviations, averaged over 64 terms
    /// of random sign: some 1 % of an output.
    private static final double ROUNDING = 0.03;

    private static Params quantized(Int8 int8) {
        return Params.fresh(Loading.forUse(Device.CPU).seed(7).quantized(int8));
    }

    @Test
    void thePolicyDecidesWhichProjectionsAreQuantised() {
        try (var params = quantized(Int8.dynamic())) {
            assertThat(params.at("encoder.layer").at(3).linear("attention.self.query", 8, 8, Bias.WITH))
                    .isInstanceOf(QuantizedLinear.class);
            assertThat(params.at("model.layers").at(0).linear("mlp.Wi", 8, 8, Bias.WITHOUT))
                    .isInstanceOf(QuantizedLinear.class);
            assertThat(params.linear("classifier", 8, 2, Bias.WITH)).isInstanceOf(Linear.class);
            assertThat(params.at("bert.pooler").linear("dense", 8, 8, Bias.WITH))
                    .isInstanceOf(Linear.class);
            assertThat(params.quantized().keySet())
                    .containsExactly("encoder.layer.3.attention.self.query", "model.layers.0.mlp.Wi");
            assertThat(params.named().keySet())
                    .containsExactly(
                            "encoder.layer.3.attention.self.query.bias",
                            "classifier.weight",
                            "classifier.bias",
                            "bert.pooler.dense.weight",
                            "bert.pooler.dense.bias");
        }
        assertThat(Int8.on("query|key").covers("layer.0.query")).isTrue();
        assertThat(Int8.on("query|key").covers("layer.0.subquery")).isFalse();
        assertThatThrownBy(() -> Int8.on("(")).hasMessageContaining("'('");
    }

    @Test
    void outputsAreNearThoseOfFloat32() {
        try (var _ = Scope.open("test");
                var _ = Gradients.off();
                var plain = Params.fresh(Loading.forUse(Device.CPU).seed(7));
                var narrow = quantized(Int8.on("dense"))) {
            Projection first = plain.with(Init.normal(1)).linear("dense", WIDTH, WIDTH, Bias.WITH);
            Projection second = narrow.with(Init.normal(1)).linear("dense", WIDTH, WIDTH, Bias.WITH);
            Tensor x = new Rng(1).normal(0, 1, 32, WIDTH);
            Tensor exact = first.forward(x);
            double scale = exact.mul(exact).mean().item();
            Tensor difference = second.forward(x).sub(exact);
            double error = Math.sqrt(difference.mul(difference).mean().item() / scale);
            assertThat(error).isBetween(1e-5, ROUNDING);
            assertThat(second.weight().sub(first.weight()).abs().max().item()).isBetween(1e-5, 0.05);
            assertThat(second.forward(x.to(DType.BFLOAT16)).dtype()).isEqualTo(DType.BFLOAT16);
        }
    }

    @Test
    void theParametersTakeAQuarterOfTheMemory() {
        try (var plain = Params.fresh(Loading.forUse(Device.CPU));
                var narrow = quantized(Int8.on("dense"))) {
            plain.linear("dense", 512, 512, Bias.WITH);
            narrow.linear("dense", 512, 512, Bias.WITH);
            assertThat(plain.bytes()).isEqualTo(4 * (512 * 512 + 512));
            assertThat((double) plain.bytes() / narrow.bytes()).isBetween(3.8, 4.0);
            assertThat(narrow.count()).isEqualTo(plain.count());
        }
    }

    @Test
    void trainingAndSavingAreRefused() {
        assertThatThrownBy(() -> Loading.forTraining(Device.CPU).quantized(Int8.dynamic()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot be trained");
        try (var params = Params.fresh(1)) {
            assertThatThrownBy(() -> params.adapt(Int8.dynamic()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("cannot be trained");
        }
        try (var _ = Scope.open("test");
                var params = quantized(Int8.on("dense"))) {
            Projection dense = params.linear("dense", 4, 4, Bias.WITH);
            Tensor x = new Rng(1).normal(0, 1, 2, 4).requiresGrad(true);
            assertThatThrownBy(() -> dense.forward(x)).hasMessageContaining("rounding has no gradient");
            assertThatThrownBy(params::merged)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("dense")
                    .hasMessageContaining("cannot be saved");
            assertThatThrownBy(() -> params.adapt(LoRA.on("query", 2, 4, 0))).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void aCheckpointIsQuantisedAsItIsReadAndEverythingIsReleased() {
        Engine.start();
        Runnable use = () -> {
            try (var _ = Scope.open("test");
                    var rng = new Rng(1)) {
                var weights = Weights.of(
                        Map.of(
                                "dense.weight", rng.normal(0, 1, 4, 4).to(DType.BFLOAT16),
                                "dense.bias", rng.normal(0, 1, 4).to(DType.BFLOAT16)),
                        "in memory");
                try (var params =
                        Params.from(weights, Loading.forUse(Device.CPU)).adapt(Int8.on("dense"))) {
                    Projection dense = params.linear("dense", 4, 4, Bias.WITH);
                    params.finish();
                    assertThat(dense.forward(rng.normal(0, 1, 2, 4)).shape()).containsExactly(2, 4);
                }
            }
        };
        use.run();
        use.run();
        long before = Engine.liveHandles();
        for (int i = 0; i < 20; i++) {
            use.run();
        }
        assertThat(Engine.liveHandles()).isLessThanOrEqualTo(before);
    }
}
