package dev.mokha.language.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.decoder.TokenBatch;
import dev.mokha.language.gguf.GgufModel;
import dev.mokha.language.gguf.Mix;
import dev.mokha.language.source.ModelSource;
import dev.mokha.nn.Loading;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Methods on tiny decoders of `fixtures/decoders`.
final class CalibratedModelTest {
    private static final Path FIXTURES = Path.of(System.getProperty("mokha.root", ".."), "fixtures", "decoders");

    @TempDir
    private Path temp;

    private static ModelSource source(String name) {
        return ModelSource.open(FIXTURES.resolve(name).resolve("model"));
    }

    private static Calibration calibration() {
        var random = new SplittableRandom(3);
        List<int[]> windows = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            windows.add(IntStream.range(0, 24).map(_ -> random.nextInt(64)).toArray());
        }
        return new Calibration(windows, 3);
    }

    private static float[] logits(Decoder decoder) {
        try (var _ = Scope.open();
                var _ = Gradients.off()) {
            return decoder.forward(TokenBatch.of(Tensors.of(new long[] {1, 5, 9, 60, 33, 2}, 1, 6)))
                    .toFloats();
        }
    }

    private static float[] plain(ModelSource source) {
        try (var decoder = source.decoder(Loading.forUse(Device.CPU).as(DType.FLOAT32))) {
            return logits(decoder);
        }
    }

    private static double squaredError(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (a[i] - b[i]) * (double) (a[i] - b[i]);
        }
        return sum;
    }

    /// Scales leave one weight and enter another; before anything is rounded or clipped the function is
    /// the same.
    @ParameterizedTest
    @ValueSource(strings = {"llama1", "llama3", "llama-bias", "qwen2", "qwen3"})
    void foldingChangesNothingThatIsComputed(String name) {
        try (var source = source(name)) {
            float[] expected = plain(source);
            for (Method method : List.of(new Awq(false), SmoothQuant.usual())) {
                try (var model = CalibratedModel.of(source, method, calibration(), Mix.Q4_0, true, _ -> {})) {
                    assertThat(logits(model.decoder())).containsExactly(expected, within(1e-3f));
                    float[] norm = model.decoder()
                            .params()
                            .get("model.layers.0.input_layernorm.weight")
                            .toFloats();
                    assertThat(norm).isNotEqualTo(before(source)); // it is no test if nothing was folded
                }
            }
        }
    }

    private static float[] before(ModelSource source) {
        try (var decoder = source.decoder(Loading.forUse(Device.CPU))) {
            return decoder.params().get("model.layers.0.input_layernorm.weight").toFloats();
        }
    }

    @Test
    void whatGptqRoundedIsWhatTheFileHolds() {
        List<Integer> done = new ArrayList<>();
        Path out = temp.resolve("model.gguf");
        try (var source = source("llama3");
                var model = CalibratedModel.of(source, Gptq.usual(), calibration(), Mix.Q4_1, false, done::add)) {
            model.gguf(out);
            try (var file = GgufModel.open(out)) {
                for (String part : List.of("self_attn.q_proj", "self_attn.v_proj", "mlp.up_proj")) {
                    String name = "model.layers.1." + part + ".weight";
                    var weight = file.weight(name);
                    assertThat(weight.floats(0, Math.toIntExact(weight.rows())))
                            .containsExactly(model.decoder().params().get(name).toFloats(), within(1e-6f));
                }
            }
        }
        assertThat(done).containsExactly(1, 2);
    }

    @Test
    void gptqComesNearerToTheModelThanPlainRounding() {
        double plain = 0;
        double gptq = 0;
        for (String name : List.of("llama1", "llama3", "mistral", "qwen2", "qwen3")) {
            try (var source = source(name)) {
                float[] expected = plain(source);
                Path out = temp.resolve(name + ".gguf");
                ModelOutput.gguf(source, out, Mix.Q4_0, false);
                try (var rounded = ModelSource.open(out)) {
                    plain += squaredError(plain(rounded), expected);
                }
                try (var model = CalibratedModel.of(source, Gptq.usual(), calibration(), Mix.Q4_0, false, _ -> {})) {
                    model.gguf(out);
                }
                try (var rounded = ModelSource.open(out)) {
                    gptq += squaredError(plain(rounded), expected);
                }
            }
        }
        assertThat(gptq).isLessThan(plain);
    }

    @Test
    void calibrationNeedsEnoughText() {
        assertThatThrownBy(() -> new Calibration(List.of(), 1)).hasMessageContaining("needs text");
        assertThatThrownBy(() -> new Calibration(List.of(new int[3], new int[4]), 1))
                .hasMessageContaining("one length");
        assertThatThrownBy(() -> new SmoothQuant(1.5)).hasMessageContaining("alpha");
    }
}
