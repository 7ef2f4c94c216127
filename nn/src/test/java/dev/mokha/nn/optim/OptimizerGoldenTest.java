package dev.mokha.nn.optim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.tensor.FusedAdamW.Betas;
import dev.mokha.tensor.GradientList;
import dev.mokha.tensor.Safetensors;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.testkit.Close;
import dev.mokha.testkit.Golden;
import dev.mokha.testkit.Tolerance;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Five steps of every optimiser against PyTorch's, and clipping (`fixtures/nn`).
final class OptimizerGoldenTest {
    private static final Tolerance TOLERANCE = Tolerance.absolute("five float32 steps", 1e-6);
    private static final AdamW.Config ADAMW =
            AdamW.Config.standard().withBetas(0.9, 0.95).withWeightDecay(0.1).withDecay(DecayRule.all());

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void adamWTakesPyTorchsSteps(boolean fused) {
        follows("adamw", parameters -> new AdamW(parameters, ADAMW.withFused(fused)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void adamWWithoutDecayTakesPyTorchsSteps(boolean fused) {
        follows(
                "adamw.no_decay",
                parameters -> new AdamW(parameters, ADAMW.withWeightDecay(0).withFused(fused)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void adamWWithoutBiasCorrectionIsBertsOptimiser(boolean fused) {
        follows(
                "adamw.no_correction",
                parameters ->
                        new AdamW(parameters, ADAMW.withBiasCorrection(false).withFused(fused)));
    }

    @Test
    void adamTakesPyTorchsSteps() {
        follows("adam", parameters -> new Adam(parameters, new Adam.Config(new Betas(0.9, 0.95), 1e-8, 0)));
        follows("adam.l2", parameters -> new Adam(parameters, new Adam.Config(new Betas(0.9, 0.95), 1e-8, 0.1)));
    }

    @Test
    void adagradTakesPyTorchsSteps() {
        follows("adagrad", parameters -> new Adagrad(parameters, Adagrad.Config.standard()));
        follows("adagrad.decay", parameters -> new Adagrad(parameters, new Adagrad.Config(1e-10, 0.1, 0.1)));
    }

    @Test
    void sgdTakesPyTorchsSteps() {
        follows("sgd", parameters -> new Sgd(parameters, Sgd.Config.plain()));
        follows("sgd.momentum", parameters -> new Sgd(parameters, new Sgd.Config(0.9, false, 0.1)));
        follows("sgd.nesterov", parameters -> new Sgd(parameters, new Sgd.Config(0.9, true, 0)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"clip.over", "clip.under"})
    void clippingByNormScalesAsPyTorchDoes(String name) {
        try (var _ = Scope.open("test");
                var gold = Safetensors.open(Golden.path("nn/expected.safetensors"))) {
            List<Tensor> parameters = List.of(
                    gold.tensor(name + ".gradient.0").mul(0).requiresGrad(true),
                    gold.tensor(name + ".gradient.1").mul(0).requiresGrad(true));
            for (int i = 0; i < 2; i++) {
                parameters
                        .get(i)
                        .mul(gold.tensor(name + ".gradient." + i))
                        .sum()
                        .backward();
            }
            var gradients = new GradientList(parameters);
            double norm = gradients.norm();
            Close.assertClose(
                    name + ".norm",
                    new double[] {norm},
                    gold.tensor(name + ".norm").toDoubles(),
                    new Tolerance("a float32 sum", 0, 1e-6));
            if (norm > 1) {
                gradients.scale(1 / (norm + 1e-6));
            }
            for (int i = 0; i < 2; i++) {
                Close.assertClose(
                        name,
                        Objects.requireNonNull(parameters.get(i).grad()).toFloats(),
                        gold.tensor(name + ".clipped." + i).toFloats(),
                        Tolerance.absolute("a float32 product", 1e-6));
            }
        }
    }

    private static void follows(String name, Function<Map<String, Tensor>, Optimizer> make) {
        try (var _ = Scope.open("test");
                var gold = Safetensors.open(Golden.path("nn/expected.safetensors"))) {
            Map<String, Tensor> parameters = new LinkedHashMap<>();
            for (String key : List.of("w", "b")) {
                parameters.put(
                        key, gold.tensor("optim.start." + key).detach().copy().requiresGrad(true));
            }
            try (Optimizer optimizer = make.apply(parameters)) {
                for (int step = 0; step < 5; step++) {
                    String at = "." + step + ".";
                    parameters.forEach((key, parameter) -> parameter
                            .mul(gold.tensor("optim.gradient" + at + key))
                            .sum()
                            .backward());
                    optimizer.step(0.05);
                    parameters.forEach((key, parameter) -> {
                        assertThat(parameter.grad()).isNull();
                        Close.assertClose(
                                name + at + key,
                                parameter.toFloats(),
                                gold.tensor(name + at + key).toFloats(),
                                TOLERANCE);
                    });
                }
            }
        }
    }
}
