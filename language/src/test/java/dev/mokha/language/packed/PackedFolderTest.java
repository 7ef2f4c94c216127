package dev.mokha.language.packed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.language.decoder.TokenBatch;
import dev.mokha.language.folder.ModelFolder;
import dev.mokha.language.gguf.GgufModel;
import dev.mokha.language.gguf.Mix;
import dev.mokha.language.packed.PackedLayout.Kind;
import dev.mokha.language.quantize.ModelOutput;
import dev.mokha.language.source.ModelSource;
import dev.mokha.nn.Loading;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Safetensors;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Against what AutoGPTQ and AutoAWQ themselves have packed (`fixtures/packed/make.py`).
class PackedFolderTest {
    private static final Path FIXTURES = Path.of(System.getProperty("mokha.root", ".."), "fixtures", "packed");

    /// Of float32 against float64, on logits of about 1.
    private static final double ROUNDING = 2e-5;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "gptq-4-32-sym, GPTQ, 4, 32",
        "gptq-4-64-asym, GPTQ, 4, 64",
        "gptq-4-128-asym, GPTQ, 4, 128",
        "gptq-4-all-asym, GPTQ, 4, -1",
        "gptq-8-128-sym, GPTQ, 8, 128",
        "gptq-8-32-asym, GPTQ, 8, 32",
        "gptq-4-64-order, GPTQ, 4, 64",
        "awq-4-32, AWQ, 4, 32",
        "awq-4-128, AWQ, 4, 128",
    })
    void weightsAreThoseThatWerePacked(String module, Kind kind, int bits, int group) {
        var layout = new PackedLayout(kind, bits, group, false, false);
        try (var file = Safetensors.open(FIXTURES.resolve("matrices.safetensors"));
                var arena = Arena.ofConfined();
                var _ = Scope.open("test")) {
            var linear = PackedLinear.of(layout, file, module, arena);
            float[] expected = file.tensor(module + ".weight").toFloats();
            float[] row = new float[linear.inputs()];
            assertThat(linear.outputs() * linear.inputs()).isEqualTo(expected.length);
            for (int output = 0; output < linear.outputs(); output++) {
                linear.row(output, row);
                int from = output * row.length;
                assertThat(row).isEqualTo(Arrays.copyOfRange(expected, from, from + row.length));
            }
        }
    }

    private static float[] logits(ModelSource source, Path expected) {
        try (var decoder = source.decoder(Loading.forUse(Device.CPU));
                var file = Safetensors.open(expected);
                var _ = Scope.open("test");
                var _ = Gradients.off()) {
            int[] ids = Arrays.stream(file.tensor("ids").toLongs())
                    .mapToInt(Math::toIntExact)
                    .toArray();
            return decoder.forward(TokenBatch.of(ids)).toFloats();
        }
    }

    private static void requireExpected(Path model) {
        Path expected = FIXTURES.resolve(model.getFileName().toString()).resolve("expected.safetensors");
        try (var source = ModelSource.open(model);
                var file = Safetensors.open(expected);
                var _ = Scope.open("test")) {
            float[] found = logits(source, expected);
            double[] wanted = file.tensor("logits").toDoubles();
            assertThat(found).hasSize(wanted.length);
            for (int i = 0; i < found.length; i++) {
                assertThat((double) found[i]).isCloseTo(wanted[i], within(ROUNDING));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gptq", "awq"})
    void modelsComputeWhatTransformersComputesWithTheirWeights(String kind) {
        requireExpected(FIXTURES.resolve(kind));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gptq", "awq"})
    void whatIsWrittenOfThemIsPlain(String kind) {
        try (var source = ModelSource.open(FIXTURES.resolve(kind))) {
            ModelOutput.folder(source, folder.resolve(kind), DType.FLOAT32);
            ModelOutput.gguf(source, folder.resolve(kind + ".gguf"), Mix.F32, false);
            float[] found = logits(source, FIXTURES.resolve(kind).resolve("expected.safetensors"));
            try (var file = new ModelSource.Gguf(GgufModel.open(folder.resolve(kind + ".gguf")))) {
                assertThat(logits(file, FIXTURES.resolve(kind).resolve("expected.safetensors")))
                        .isEqualTo(found);
            }
        }
        assertThat(ModelFolder.open(folder.resolve(kind)).packedLayout()).isNull();
        requireExpected(folder.resolve(kind));
    }

    private Path changed(String from, String to) throws IOException {
        Path copy = Files.createDirectories(folder.resolve("gptq"));
        Files.copy(FIXTURES.resolve("gptq").resolve("model.safetensors"), copy.resolve("model.safetensors"));
        String config = Files.readString(FIXTURES.resolve("gptq").resolve("config.json"));
        assertThat(config).contains(from);
        Files.writeString(copy.resolve("config.json"), config.replace(from, to));
        return copy;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"bits\": 4 | \"bits\": 3 | 3 bits",
                "\"group_size\": 32 | \"group_size\": 16 | scales",
                "\"group_size\": 32 | \"group_size\": 0 | groups",
                "\"bits\": 4 | \"bits\": 8 | group",
                "\"quant_method\": \"gptq\" | \"quant_method\": \"fp8\" | quantised by fp8",
                "\"quant_method\": \"gptq\" | \"quant_method\": \"gptq\", \"checkpoint_format\": \"marlin\" | marlin",
                "\"quant_method\": \"gptq\" | \"quant_method\": \"awq\", \"version\": \"gemv\" | gemv",
                "\"quant_method\": \"gptq\" | \"quant_method\": \"awq\" | 512 outputs",
            })
    void layoutsThatTheTensorsDoNotHaveAreRefused(String from, String to, String message) throws IOException {
        Path model = changed(from, to);
        assertThatThrownBy(() -> {
                    try (var source = ModelSource.open(model)) {
                        source.decoder(Loading.forUse(Device.CPU)).close();
                    }
                })
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void groupsOutsideTheMatrixAreRefused() throws IOException {
        try (var file = Safetensors.open(FIXTURES.resolve("matrices.safetensors"));
                var _ = Scope.open("test")) {
            String module = "gptq-4-64-order";
            Map<String, Tensor> parts = new TreeMap<>();
            for (String part : new String[] {".qweight", ".qzeros", ".scales"}) {
                parts.put(module + part, file.tensor(module + part));
            }
            int[] groups = new int[256];
            groups[17] = 4;
            parts.put(module + ".g_idx", Tensors.of(groups, 256).to(DType.INT32));
            Safetensors.write(folder.resolve("broken.safetensors"), parts, Map.of());
        }
        var layout = new PackedLayout(Kind.GPTQ, 4, 64, false, true);
        try (var file = Safetensors.open(folder.resolve("broken.safetensors"));
                var arena = Arena.ofConfined()) {
            assertThatThrownBy(() -> PackedLinear.of(layout, file, "gptq-4-64-order", arena))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("input 17 into group 4 of 4");
        }
    }
}
