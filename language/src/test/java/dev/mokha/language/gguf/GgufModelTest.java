package dev.mokha.language.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.language.decoder.Family;
import dev.mokha.language.decoder.TokenBatch;
import dev.mokha.language.folder.ModelFolder;
import dev.mokha.language.rotary.Rope;
import dev.mokha.language.source.ModelSource;
import dev.mokha.nn.Loading;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Safetensors;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// Files that `fixtures/gguf/models.py` converted, beside the folders that they come from.
final class GgufModelTest {
    private static final Path FIXTURES = Path.of(System.getProperty("mokha.root", ".."), "fixtures");

    static final List<String> FAMILIES = List.of("llama3", "llama-bias", "mistral", "qwen2", "qwen3");

    static Path file(String name) {
        return FIXTURES.resolve("gguf/model-" + name + ".gguf");
    }

    private static ModelFolder folder(String name) {
        return ModelFolder.open(FIXTURES.resolve("decoders/" + name + "/model"));
    }

    @ParameterizedTest
    @FieldSource("FAMILIES")
    void aFileHasTheShapeOfItsFolder(String name) {
        try (var model = GgufModel.open(file(name))) {
            DecoderConfig expected = folder(name).config();
            DecoderConfig config = model.config();
            assertThat(config)
                    .usingRecursiveComparison()
                    .ignoringFields("other")
                    .isEqualTo(expected);
            assertThat(model.generation().special()).isEqualTo(expected.special());
            assertThat(model.hasTokenizer()).isFalse();
            assertThat(model.chatTemplate()).isNull();
            assertThatThrownBy(model::tokenizer).hasMessageContaining("has no tokenizer");
        }
    }

    @ParameterizedTest
    @FieldSource("FAMILIES")
    void aFileComputesTheSameLogitsAsItsFolder(String name) {
        try (var _ = Scope.open();
                var _ = Gradients.off();
                Decoder file = decoder(file(name));
                Decoder folder = folder(name).decoder(Loading.forUse(Device.CPU))) {
            Tensor ids = Tensors.of(LongStream.range(0, 24).map(i -> i * i % 61).toArray(), 2, 12);
            assertThat(file.forward(TokenBatch.of(ids)).toFloats())
                    .containsExactly(
                            folder.forward(TokenBatch.of(ids)).toFloats(), within(1e-5f)); // one sum's rounding
        }
    }

    /// The file is closed before the model is used.
    private static Decoder decoder(Path path) {
        try (var source = ModelSource.open(path)) {
            return source.decoder(Loading.forUse(Device.CPU));
        }
    }

    @ParameterizedTest
    @FieldSource("FAMILIES")
    void rowsAreTheCheckpointsWhereverTheyAreStored(String name) {
        try (var _ = Scope.open();
                var model = GgufModel.open(file(name));
                var weights = Safetensors.open(FIXTURES.resolve("decoders/" + name + "/model/model.safetensors"))) {
            assertThat(new TreeSet<>(model.weights().keySet())).isEqualTo(new TreeSet<>(weights.names()));
            for (GgufWeight weight : model.weights().values()) {
                float[] expected = weights.tensor(weight.name()).toFloats();
                assertThat(weight.floats(0, Math.toIntExact(weight.rows()))).containsExactly(expected);
                float[] last = new float[Math.toIntExact(weight.columns())];
                Blocks.read(weight.type(), weight.row(weight.rows() - 1), 0, last);
                assertThat(last[last.length - 1]).isEqualTo(expected[expected.length - 1]);
            }
            assertThat(model.weight("model.layers.0.self_attn.q_proj.weight")
                            .order()
                            .isAsStored())
                    .isEqualTo(name.startsWith("qwen"));
            assertThat(model.weight("model.layers.0.self_attn.v_proj.weight")
                            .order()
                            .isAsStored())
                    .isTrue();
        }
    }

    @Test
    void namesThatAreNotThereAreToldWithTheFile() {
        try (var model = GgufModel.open(file("qwen2"))) {
            assertThatThrownBy(() -> model.weight("model.none"))
                    .hasMessageContaining("model-qwen2.gguf")
                    .hasMessageContaining("'model.none'");
            assertThat(model.dtype()).isEqualTo(DType.FLOAT32);
        }
        assertThatThrownBy(() -> GgufModel.open(FIXTURES.resolve("gguf/blocks.gguf")))
                .isInstanceOf(GgufException.class)
                .hasMessageContaining("blocks.gguf")
                .hasMessageContaining("which is not computed here");
    }

    @Test
    void theScalingOfLlama3IsFoundInItsFactors() {
        try (var model = GgufModel.open(file("llama3"))) {
            assertThat(model.config().ropeParameters().scaling()).isEqualTo(new Rope.Scaling.Llama3(8, 1, 4, 128));
            assertThat(model.config().modelType()).isEqualTo(Family.LLAMA);
        }
    }

    /// In the words of the conversion: `[heads, 2, headDim / 2]` turned to `[heads, headDim / 2, 2]`.
    @Property(tries = 50)
    void anOrderTurnsTheHalvesOfHeads(
            @ForAll @IntRange(min = 1, max = 5) int heads, @ForAll @IntRange(min = 1, max = 9) int half) {
        var order = new RowOrder(2 * half);
        var seen = new TreeSet<Long>();
        for (int head = 0; head < heads; head++) {
            for (int side = 0; side < 2; side++) {
                for (int i = 0; i < half; i++) {
                    long stored = order.stored((head * 2L + side) * half + i);
                    assertThat(stored).isEqualTo((head * (long) half + i) * 2 + side);
                    seen.add(stored);
                }
            }
        }
        assertThat(seen).hasSize(2 * half * heads);
        assertThat(RowOrder.asStored().stored(7)).isEqualTo(7);
        assertThatThrownBy(() -> new RowOrder(3)).hasMessageContaining("even");
    }
}
