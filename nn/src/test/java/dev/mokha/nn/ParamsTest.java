package dev.mokha.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Engine;
import dev.mokha.tensor.Safetensors;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParamsTest {
    @TempDir
    private Path folder;

    @Test
    void freshValuesDependOnSeedAndNameNotOnOrder() {
        try (var one = Params.fresh(7);
                var two = Params.fresh(7);
                var other = Params.fresh(8)) {
            Tensor a = one.at("a").tensor("weight", Init.normal(1), 3, 4);
            one.at("b").tensor("weight", Init.normal(1), 3, 4);
            two.at("b").tensor("weight", Init.normal(1), 3, 4);
            Tensor again = two.at("a").tensor("weight", Init.normal(1), 3, 4);
            Tensor different = other.at("a").tensor("weight", Init.normal(1), 3, 4);
            assertThat(again.toFloats()).containsExactly(a.toFloats());
            assertThat(one.get("b.weight").toFloats()).isNotEqualTo(a.toFloats());
            assertThat(different.toFloats()).isNotEqualTo(a.toFloats());
            assertThat(one.named()).containsOnlyKeys("a.weight", "b.weight");
            assertThat(a.requiresGrad()).isTrue();
        }
    }

    @Test
    void whatDoesNotFitIsOneErrorWithTheNearestNames() {
        try (var _ = Scope.open("test")) {
            var weights = Weights.of(
                    Map.of(
                            "model.layers.0.q_prj.weight", Tensors.ones(2, 2),
                            "model.norm.weight", Tensors.ones(3),
                            "model.extra", Tensors.ones(1)),
                    "tiny.safetensors");
            try (var params = Params.from(weights, Loading.forTraining(Device.CPU))) {
                params.ignore("extra$");
                params.at("model.layers").at(0).linear("q_proj", 2, 2, Bias.WITHOUT);
                params.at("model").rmsNorm("norm", 2, 1e-6);
                assertThatThrownBy(params::finish)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("tiny.safetensors has 3 tensors, the model 2 parameters")
                        .hasMessageContaining("'model.layers.0.q_proj.weight' (nearest: 'model.layers.0.q_prj.weight')")
                        .hasMessageContaining("'model.norm.weight': the model wants [2], tiny.safetensors has [3]")
                        .hasMessageContaining("1 unused")
                        .message()
                        .doesNotContain("extra");
            }
        }
    }

    @Test
    void closingReleasesEverything() {
        Engine.start();
        long before = Engine.liveHandles();
        try (var params = Params.fresh(1)) {
            params.adapt(LoRA.on("q", 2, 4, 0.1));
            Projection q = params.linear("q", 4, 4, Bias.WITH);
            params.adapters().merge();
            try (var _ = Scope.open("use")) {
                q.forward(Tensors.ones(2, 4)).sum().item();
            }
        }
        assertThat(Engine.liveHandles()).isLessThanOrEqualTo(before); // others' garbage may go meanwhile
    }

    @Test
    void aCheckpointIsReadUnderOtherNamesAndConverted() {
        try (var _ = Scope.open("test")) {
            Path file = folder.resolve("model.safetensors");
            Safetensors.write(
                    file,
                    Map.of(
                            "transformer.h.0.w",
                                    Tensors.of(new float[] {1, 2}, 2).to(DType.BFLOAT16),
                            "transformer.h.1.w",
                                    Tensors.of(new float[] {3, 4}, 2).to(DType.BFLOAT16)),
                    Map.of());
            var loading = Loading.forTraining(Device.CPU)
                    .renaming(Renames.none().and("^layers\\.(\\d+)", "transformer.h.$1"));
            try (var params = Params.from(Safetensors.open(folder), loading)) {
                Tensor first = params.at("layers").at(0).tensor("w", Init.zeros(), 2);
                assertThat(params.has("layers.1.w")).isTrue();
                assertThat(params.has("layers.2.w")).isFalse();
                Tensor second = params.at("layers.1").tensor("w", Init.zeros(), 2);
                params.finish();
                assertThat(first.toFloats()).containsExactly(1, 2);
                assertThat(second.toFloats()).containsExactly(3, 4);
                assertThat(first.dtype()).isEqualTo(DType.FLOAT32);
                assertThat(first.requiresGrad()).isTrue();
                assertThatThrownBy(() -> params.tensor("late", Init.zeros(), 1))
                        .hasMessageContaining("'late'")
                        .hasMessageContaining("finish()");
            }
            try (var params = Params.from(Safetensors.open(folder), Loading.forUse(Device.CPU))) {
                params.ignore("h\\.1");
                Tensor stored = params.tensor("transformer.h.0.w", Init.zeros(), 2);
                params.finish();
                assertThat(stored.dtype()).isEqualTo(DType.BFLOAT16);
                assertThat(stored.requiresGrad()).isFalse();
                assertThat(params.mode()).isEqualTo(Mode.EVAL);
            }
        }
    }

    @Test
    void aNewHeadIsDrawnWhereTheLoadingAllowsIt() {
        try (var _ = Scope.open("test")) {
            var weights = Weights.of(Map.of("body.weight", Tensors.ones(2, 2)), "body only");
            var loading = Loading.forTraining(Device.CPU).drawing("^head\\.").seed(3);
            try (var params = Params.from(weights, loading);
                    var fresh = Params.fresh(3)) {
                params.linear("body", 2, 2, Bias.WITHOUT);
                Projection head = params.linear("head", 2, 3, Bias.WITH);
                params.finish();
                assertThat(head.weight().toFloats())
                        .containsExactly(
                                fresh.linear("head", 2, 3, Bias.WITH).weight().toFloats());
            }
        }
    }

    @Test
    void trainingNeverWritesIntoTheCheckpoint() {
        try (var _ = Scope.open("test")) {
            Tensor stored = Tensors.ones(2);
            try (var params = Params.from(Weights.of(Map.of("w", stored), "memory"), Loading.forTraining(Device.CPU))) {
                params.tensor("w", Init.zeros(), 2).fillInPlace(7);
                assertThat(stored.toFloats()).containsExactly(1, 1);
            }
            assertThat(stored.isClosed()).isFalse();
        }
    }

    @Test
    void parametersAreFrozenAndFreedByPattern() {
        try (var params = Params.fresh(1)) {
            params.embedding("embed", 3, 2);
            params.linear("head", 2, 3, Bias.WITH);
            params.at("norm").buffer("mean", Init.zeros(), 2);
            assertThat(params.trainable()).containsOnlyKeys("embed.weight", "head.weight", "head.bias");
            assertThat(params.freeze("")).isEqualTo(3);
            assertThat(params.trainable()).isEmpty();
            assertThat(params.unfreeze("^head\\.")).isEqualTo(2);
            assertThat(params.trainable()).containsOnlyKeys("head.weight", "head.bias");
            assertThat(params.count()).isEqualTo(6 + 6 + 3 + 2);
        }
    }

    @Test
    void copyingTakesAllOrNothing() {
        try (var params = Params.fresh(1);
                var _ = Scope.open("test")) {
            params.tensor("a", Init.zeros(), 2);
            params.tensor("b", Init.zeros(), 2);
            assertThatThrownBy(() -> params.copyFrom(Map.of("a", Tensors.ones(2), "c", Tensors.ones(2))))
                    .hasMessageContaining("'b' (nearest: 'c')");
            assertThat(params.get("a").toFloats()).containsExactly(0, 0);
            params.copyFrom(Map.of("a", Tensors.ones(2), "b", Tensors.ones(2).to(DType.BFLOAT16)));
            assertThat(params.get("b").toFloats()).containsExactly(1, 1);
        }
    }

    @Test
    void misuseIsNamed() {
        try (var params = Params.fresh(1)) {
            params.tensor("a.weight", Init.zeros(), 2);
            assertThatThrownBy(() -> params.at("a").tensor("weight", Init.zeros(), 2))
                    .hasMessageContaining("'a.weight' was asked for twice");
            assertThatThrownBy(() -> params.get("a.wieght")).hasMessageContaining("nearest: 'a.weight'");
            assertThatThrownBy(() -> params.adapt(LoRA.on("q", 1, 1, 0))).hasMessageContaining("before the model");
            assertThatThrownBy(() -> params.dropout(1)).hasMessageContaining("[0, 1)");
        }
    }

    @Test
    void freshDrawsHaveTheSaidSpread() {
        try (var params = Params.fresh(1)) {
            Tensor normal = params.tensor("normal", Init.normal(0.02), 100, 200);
            Tensor torch = params.tensor("torch", Init.torch(), 100, 25);
            Tensor xavier = params.tensor("xavier", new Init.XavierUniform(), 20, 30);
            try (var _ = Scope.open("test")) {
                assertThat(normal.square().mean().sqrt().item()).isBetween(0.0194, 0.0206);
                assertThat(torch.abs().max().item()).isBetween(0.19, 0.2);
                assertThat(xavier.abs().max().item()).isBetween(0.33, Math.sqrt(6.0 / 50));
            }
        }
    }
}
