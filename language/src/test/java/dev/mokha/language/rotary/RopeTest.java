package dev.mokha.language.rotary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.language.folder.ConfigJson;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RopeTest {
    /// Steps of float32 are up to 1.2e-7: the power function, its inverse and the scaling each round once.
    private static final double THREE_STEPS = 3.6e-7;

    @ParameterizedTest
    @ValueSource(strings = {"default", "linear", "dynamic", "llama3", "yarn", "yarn-mscale"})
    void frequenciesAreThoseOfTransformers(String name) {
        var golden = dev.mokha.testkit.Golden.read("rope/rope.json");
        String at = "cases/" + name;
        int headDim = (int) golden.number(at + "/head_dim");
        Rope rope = ConfigJson.read("""
                {"model_type": "llama", "vocab_size": 8, "hidden_size": 256, "intermediate_size": 8,
                 "num_hidden_layers": 1, "num_attention_heads": 4, "head_dim": %d,
                 "max_position_embeddings": %d, "rope_parameters": %s}
                """.formatted(
                                headDim,
                                (int) golden.number(at + "/max_position_embeddings"),
                                golden.at(at + "/rope_parameters")))
                .ropeParameters();
        double[] expected = golden.doubles(at + "/inv_freq");
        float[] frequencies = rope.frequencies(headDim);
        assertThat(frequencies).hasSize(expected.length);
        for (int i = 0; i < expected.length; i++) {
            assertThat(frequencies[i] / expected[i]).as("frequency %d", i).isCloseTo(1, within(THREE_STEPS));
        }
        assertThat(rope.attentionFactor()).isCloseTo(golden.number(at + "/attention_factor"), within(1e-12));
    }

    @Test
    void thePairsTurnByTheirAngle() {
        try (var _ = Scope.open();
                var table = new RotaryTable(8, Rope.plain(10_000), 128, Device.CPU)) {
            Tensor x = Tensors.of(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 1, 1, 1, 8);
            float[] turned = table.at(300, 1).apply(x).toFloats();
            for (int i = 0; i < 4; i++) {
                double angle = 300 * Math.pow(10_000, -2.0 * i / 8);
                double first = i + 1;
                double second = i + 5;
                assertThat((double) turned[i])
                        .isCloseTo(first * Math.cos(angle) - second * Math.sin(angle), within(1e-4));
                assertThat((double) turned[i + 4])
                        .isCloseTo(second * Math.cos(angle) + first * Math.sin(angle), within(1e-4));
            }
        }
    }

    @Test
    void dynamicScalingBeyondItsContextIsRefused() {
        var rope = new Rope(10_000, new Rope.Scaling.Dynamic(2));
        try (var _ = Scope.open();
                var table = new RotaryTable(8, rope, 64, Device.CPU)) {
            assertThat(table.at(0, 64).cos().size(1)).isEqualTo(64);
            assertThatThrownBy(() -> table.at(60, 5))
                    .hasMessageContaining("65 positions exceeds max_position_embeddings 64");
        }
    }
}
