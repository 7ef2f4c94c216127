package dev.mokha.nn;

import static dev.mokha.nn.Golden.assertClose;
import static dev.mokha.nn.Golden.grad;

import dev.mokha.tensor.DType;
import dev.mokha.tensor.Functional.Convolution;
import dev.mokha.tensor.Safetensors;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Layers, attention and losses against PyTorch's values and gradients: `fixtures/nn`.
class LayersGoldenTest {
    /// Sums in another order than PyTorch's.
    private static final double TOLERANCE = 2e-6;

    @ParameterizedTest
    @CsvSource({"gelu, gelu.erf", "gelu_new, gelu.tanh", "gelu_pytorch_tanh, gelu.tanh", "silu, silu", "swish, silu"})
    void activationsMatch(String name, String fixture) {
        check(fixture, in -> Activation.named(name).apply(in.get("input")), "input");
    }

    @Test
    void layerNormMatches() {
        check(
                "layer_norm",
                in -> new LayerNorm(in.get("weight"), in.get("bias"), 1e-5).forward(in.get("input")),
                "input",
                "weight",
                "bias");
    }

    @Test
    void rmsNormMatches() {
        check("rms_norm", in -> new RmsNorm(in.get("weight"), 1e-6).forward(in.get("input")), "input", "weight");
    }

    @ParameterizedTest
    @CsvSource({"full", "causal", "mask", "gqa", "scale"})
    void everyPathOfAttentionMatches(String name) {
        String[] inputs = {"query", "key", "value"};
        double scale = name.equals("scale") ? 0.2 : 1 / Math.sqrt(8);
        try (var file = Golden.open();
                var _ = Scope.open("test")) {
            AttentionMask mask = switch (name) {
                case "causal", "gqa" -> AttentionMask.causalOnly();
                case "mask" ->
                    AttentionMask.none().and(file.tensor("attention.mask.mask").to(DType.BOOL));
                default -> AttentionMask.none();
            };
            String fixture = "attention." + name;
            check(
                    file,
                    fixture,
                    in -> Attention.fused(in.get("query"), in.get("key"), in.get("value"), mask, scale),
                    inputs);
            check(
                    file,
                    fixture,
                    in -> Attention.eager(
                            in.get("query"), in.get("key"), in.get("value"), mask, scale, new Tap("probs")),
                    inputs);
            check(
                    file,
                    fixture,
                    in -> Attention.blockwise(in.get("query"), in.get("key"), in.get("value"), mask, scale, 2),
                    inputs);
        }
    }

    @Test
    void convolutionsMatch() {
        check(
                "conv1d",
                in -> new Conv1d(in.get("weight"), in.get("bias"), new Convolution(2, 1, 1, 1))
                        .forward(in.get("input")),
                "input",
                "weight",
                "bias");
        check(
                "conv1d.groups",
                in -> new Conv1d(in.get("weight"), in.get("bias"), new Convolution(1, 2, 2, 2))
                        .forward(in.get("input")),
                "input",
                "weight",
                "bias");
        check(
                "conv2d.groups",
                in -> new Conv2d(in.get("weight"), null, new Convolution(1, 1, 1, 4)).forward(in.get("input")),
                "input",
                "weight");
    }

    @ParameterizedTest
    @CsvSource({"cross_entropy, 0", "cross_entropy.smoothed, 0.1"})
    void crossEntropyMatches(String fixture, double smoothing) {
        try (var file = Golden.open();
                var _ = Scope.open("test")) {
            Tensor target = file.tensor(fixture + ".target");
            check(file, fixture, in -> Loss.crossEntropy(in.get("logits"), target, smoothing), "logits");
        }
    }

    private static void check(String fixture, Function<Leaves, Tensor> layer, String... inputs) {
        try (var file = Golden.open();
                var _ = Scope.open("test")) {
            check(file, fixture, layer, inputs);
        }
    }

    private static void check(Safetensors file, String fixture, Function<Leaves, Tensor> layer, String... inputs) {
        var leaves = new LinkedHashMap<String, Tensor>();
        for (String input : inputs) {
            leaves.put(input, file.tensor(fixture + "." + input).copy().requiresGrad(true));
        }
        Tensor output = layer.apply(new Leaves(leaves));
        assertClose(output, file.tensor(fixture + ".output"), TOLERANCE);
        if (output.rank() == 0) {
            output.backward();
        } else {
            output.backward(file.tensor(fixture + ".upstream"));
        }
        leaves.forEach((name, leaf) -> assertClose(grad(leaf), file.tensor(fixture + ".grad." + name), TOLERANCE));
    }

    /// The inputs of a case, by name.
    private record Leaves(Map<String, Tensor> byName) {
        Tensor get(String name) {
            return Objects.requireNonNull(byName.get(name), name);
        }
    }
}
