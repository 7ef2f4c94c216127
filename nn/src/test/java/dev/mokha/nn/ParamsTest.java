package dev.mokha.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.tensor.Device;
import dev.mokha.tensor.Engine;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ParamsTest {
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
        assertThat(Engine.liveHandles()).isEqualTo(before);
    }
}
