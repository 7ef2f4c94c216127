package dev.mokha.nn.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.tensor.Rng;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AdamWTest {
    private static final AdamW.Config CONFIG =
            AdamW.Config.standard().withBetas(0.9, 0.95).withWeightDecay(0.1);

    /// θ = 1, g = 2θ, η = 0.1, β = (0.9, 0.99), ε = 1e-8, λ = 0.5, worked by hand.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void twoStepsEqualTheFormulaWorkedByHand(boolean fused) {
        try (var _ = Scope.open("test")) {
            Tensor theta = Tensors.of(new float[] {1}, 1, 1).requiresGrad(true);
            var config = AdamW.Config.standard()
                    .withBetas(0.9, 0.99)
                    .withWeightDecay(0.5)
                    .withFused(fused);
            try (var adamw = new AdamW(Map.of("w", theta), config)) {
                assertThat(adamw.isFused()).isEqualTo(fused);
                theta.square().sum().backward();
                adamw.step(0.1);
                // decayed to 0.95; m̂ = 2, √v̂ = 2: minus 0.1
                assertThat(theta.item()).isCloseTo(0.85, within(1e-6));
                theta.square().sum().backward();
                adamw.step(0.1);
                double g = 1.7;
                double m = (0.9 * 0.2 + 0.1 * g) / (1 - 0.81);
                double v = (0.99 * 0.04 + 0.01 * g * g) / (1 - 0.9801);
                assertThat(theta.item()).isCloseTo(0.85 * 0.95 - 0.1 * m / Math.sqrt(v), within(1e-6));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void withoutBiasCorrectionTheFirstStepIsNotScaledUp(boolean fused) {
        try (var _ = Scope.open("test")) {
            Tensor theta = Tensors.of(new float[] {1}, 1).requiresGrad(true);
            var config = AdamW.Config.bert().withFused(fused);
            try (var adamw = new AdamW(Map.of("bias", theta), config)) {
                theta.square().sum().backward();
                adamw.step(0.1);
                // m = 0.2, v = 0.004, no decay on a bias
                assertThat(theta.item()).isCloseTo(1 - 0.1 * 0.2 / (Math.sqrt(0.004) + 1e-6), within(1e-6));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRuleGivesEachParameterItsShareOfTheRate(boolean fused) {
        try (var _ = Scope.open("test")) {
            Map<String, Tensor> theta = new LinkedHashMap<>();
            for (String name :
                    new String[] {"embeddings.w", "encoder.layer.0.w", "encoder.layer.1.w", "classifier.w"}) {
                theta.put(name, Tensors.of(new float[] {1}, 1).requiresGrad(true));
            }
            var config =
                    AdamW.Config.standard().withWeightDecay(0).withFused(fused).withRates(RateRule.layers(2, 0.5));
            try (var adamw = new AdamW(theta, config)) {
                theta.values().forEach(w -> w.square().sum().backward());
                adamw.step(0.1); // a first step of Adam is the rate, whatever the gradient
                double[] left =
                        theta.values().stream().mapToDouble(Tensor::item).toArray();
                assertThat(left).containsExactly(new double[] {1 - 0.0125, 1 - 0.025, 1 - 0.05, 1 - 0.1}, within(1e-6));
            }
        }
        assertThatThrownBy(() -> RateRule.layers(2, 1.5)).hasMessageContaining("1.5");
    }

    @Test
    void theFusedUpdateEqualsSingleOperations() {
        try (var _ = Scope.open("test")) {
            Map<String, Tensor> fused = parameters();
            Map<String, Tensor> single = parameters();
            try (var a = new AdamW(fused, CONFIG);
                    var b = new AdamW(single, CONFIG.withFused(false))) {
                assertThat(a.isFused()).isTrue();
                assertThat(b.isFused()).isFalse();
                for (int step = 0; step < 20; step++) {
                    loss(fused).backward();
                    loss(single).backward();
                    double scale = step % 2 == 0 ? 1 : 0.3;
                    a.step(0.01, scale);
                    b.step(0.01, scale);
                }
                fused.forEach((name, tensor) -> assertThat(tensor.toFloats())
                        .as(name)
                        .containsExactly(
                                Objects.requireNonNull(single.get(name)).toFloats(), within(1e-6f)));
                b.state()
                        .forEach((name, tensor) -> assertThat(
                                        Objects.requireNonNull(a.state().get(name))
                                                .toFloats())
                                .as(name)
                                .containsExactly(tensor.toFloats(), within(1e-5f)));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void decaySparesBiasesNormsAndEmbeddings(boolean fused) {
        try (var _ = Scope.open("test")) {
            Map<String, Tensor> parameters = parameters();
            Map<String, float[]> before = new LinkedHashMap<>();
            parameters.forEach((name, tensor) -> before.put(name, tensor.toFloats()));
            try (var adamw = new AdamW(parameters, CONFIG.withFused(fused))) {
                // gradients of zero: only decay can move a weight
                for (Tensor tensor : parameters.values()) {
                    tensor.sum().mul(0).backward();
                }
                adamw.step(0.5);
            }
            parameters.forEach((name, tensor) -> {
                float[] expected = Objects.requireNonNull(before.get(name)).clone();
                if (name.equals("layers.0.proj.weight")) {
                    for (int i = 0; i < expected.length; i++) {
                        expected[i] *= 0.95f;
                    }
                }
                assertThat(tensor.toFloats()).as(name).containsExactly(expected, within(1e-6f));
            });
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void parametersWithoutGradientStayAndStepForgetsGradients(boolean fused) {
        try (var _ = Scope.open("test")) {
            Tensor used = Tensors.ones(2, 2).requiresGrad(true);
            Tensor unused = Tensors.ones(2, 2).requiresGrad(true);
            try (var adamw = new AdamW(Map.of("used", used, "unused", unused), CONFIG.withFused(fused))) {
                used.sum().backward(); // an expanded gradient, which autograd lays out anew
                adamw.step(0.1);
                assertThat(unused.toFloats()).containsOnly(1f);
                assertThat(used.toFloats()).containsOnly((float) (0.99 - 0.1));
                assertThat(used.grad()).isNull();
            }
        }
    }

    @Test
    void frozenParametersAreLeftOutAndNothingToTrainIsAnError() {
        try (var _ = Scope.open("test")) {
            Tensor frozen = Tensors.ones(2, 2);
            Tensor trained = Tensors.ones(2, 2).requiresGrad(true);
            try (var adamw = new AdamW(Map.of("frozen", frozen, "trained", trained))) {
                assertThat(adamw.parameters()).containsOnlyKeys("trained");
            }
            assertThatThrownBy(() -> new AdamW(Map.of("frozen", frozen)))
                    .hasMessageContaining("none of the 1 parameters asks for gradients");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void restoredStateContinuesToEqualFloats(boolean fused) {
        try (var _ = Scope.open("test")) {
            Map<String, Tensor> first = parameters();
            Map<String, Tensor> second = new LinkedHashMap<>();
            try (var a = new AdamW(first, CONFIG.withFused(fused))) {
                for (int step = 0; step < 3; step++) {
                    loss(first).backward();
                    a.step(0.01);
                }
                first.forEach((name, tensor) ->
                        second.put(name, tensor.detach().copy().requiresGrad(true)));
                try (var b = new AdamW(second, CONFIG.withFused(fused))) {
                    b.restore(a.state());
                    for (int step = 0; step < 3; step++) {
                        loss(first).backward();
                        a.step(0.01);
                        loss(second).backward();
                        b.step(0.01);
                    }
                }
            }
            first.forEach((name, tensor) -> assertThat(
                            Objects.requireNonNull(second.get(name)).toFloats())
                    .as(name)
                    .isEqualTo(tensor.toFloats()));
        }
    }

    @Test
    void stateOfAnotherModelIsRefusedByName() {
        try (var _ = Scope.open("test")) {
            try (var adamw = new AdamW(parameters());
                    var other = new AdamW(Map.of("w", Tensors.ones(3).requiresGrad(true)))) {
                assertThatThrownBy(() -> adamw.restore(other.state()))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("exp_avg.embed_tokens.weight");
            }
        }
    }

    @Test
    void badConstantsAreRefused() {
        assertThatThrownBy(() -> CONFIG.withEps(0)).hasMessageContaining("eps must be positive, was 0.0");
        assertThatThrownBy(() -> CONFIG.withBetas(1, 0.9)).hasMessageContaining("1.0");
        assertThatThrownBy(() -> CONFIG.withWeightDecay(-1)).hasMessageContaining("-1.0");
    }

    private static Map<String, Tensor> parameters() {
        var rng = new Rng(7);
        Map<String, Tensor> made = new LinkedHashMap<>();
        made.put("embed_tokens.weight", rng.normal(0, 1, 5, 3).requiresGrad(true));
        made.put("layers.0.proj.weight", rng.normal(0, 1, 3, 4).requiresGrad(true));
        made.put("layers.0.proj.bias", rng.normal(0, 1, 4).requiresGrad(true));
        made.put("norm.weight", rng.normal(0, 1, 4).requiresGrad(true));
        return made;
    }

    /// A loss whose gradients differ in every element and step, one of them through a transposed product.
    private static Tensor loss(Map<String, Tensor> p) {
        Tensor hidden = Objects.requireNonNull(p.get("embed_tokens.weight"))
                .matmul(Objects.requireNonNull(p.get("layers.0.proj.weight")))
                .add(Objects.requireNonNull(p.get("layers.0.proj.bias")));
        return hidden.tanh()
                .mul(Objects.requireNonNull(p.get("norm.weight")))
                .transpose(0, 1)
                .square()
                .mean();
    }
}
