package dev.mokha.serve.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.language.gguf.Blocks;
import dev.mokha.language.packed.PackedLayout;
import dev.mokha.language.packed.PackedLayout.Kind;
import dev.mokha.language.packed.PackedLinear;
import dev.mokha.serve.kernel.Arithmetic;
import dev.mokha.serve.kernel.KeyValueType;
import dev.mokha.serve.kernel.Team;
import dev.mokha.serve.kernel.VectorKernels;
import dev.mokha.serve.kernel.WeightType;
import dev.mokha.tensor.Safetensors;
import dev.mokha.tensor.Scope;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Against what AutoGPTQ and AutoAWQ themselves have packed (`fixtures/packed/make.py`).
class PackedRowsTest {
    private static final Path FIXTURES = Path.of(System.getProperty("mokha.root", ".."), "fixtures", "packed");

    /// Half a unit of a float16's last place.
    private static final float HALF = 0x1p-11f;

    /// What inputs lose as whole numbers of 16 bits, and one matrix as float16, on logits of about 1.
    private static final double SIXTEEN_BITS = 1e-3;

    @ParameterizedTest
    @CsvSource({
        "gptq-4-32-sym, GPTQ, 4, 32, Q4_0",
        "gptq-4-64-asym, GPTQ, 4, 64, Q5_0",
        "gptq-4-128-asym, GPTQ, 4, 128, Q5_0",
        "gptq-4-all-asym, GPTQ, 4, -1, Q5_0",
        "gptq-8-128-sym, GPTQ, 8, 128, Q8_0",
        "gptq-8-32-asym, GPTQ, 8, 32, F16",
        "gptq-4-64-order, GPTQ, 4, 64, F16",
        "awq-4-32, AWQ, 4, 32, Q5_0",
        "awq-4-128, AWQ, 4, 128, Q5_0",
    })
    void blocksHoldTheVeryWeightsWhereTheyCan(String module, Kind kind, int bits, int group, WeightType type) {
        var layout = new PackedLayout(kind, bits, group, false, false);
        try (var file = Safetensors.open(FIXTURES.resolve("matrices.safetensors"));
                var arena = Arena.ofConfined();
                var _ = Scope.open("test")) {
            float[] expected = file.tensor(module + ".weight").toFloats();
            var rows = new PackedRows(PackedLinear.of(layout, file, module, arena));
            assertThat(rows.type()).isEqualTo(type);
            assertThat(rows.isExact()).isEqualTo(type != WeightType.F16);
            float[] row = new float[rows.width()];
            for (int output = 0; output < rows.count(); output++) {
                Blocks.read(type.file(), rows.row(output), 0, row);
                for (int i = 0; i < row.length; i++) {
                    float wanted = expected[output * row.length + i];
                    float tolerance = rows.isExact() ? 0 : Math.abs(wanted) * HALF;
                    assertThat(row[i]).isCloseTo(wanted, within(tolerance));
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"gptq, 1 of 7", "awq,"})
    void modelsAreServedAsTransformersComputesThem(String name, @Nullable String loss) {
        Path model = FIXTURES.resolve(name);
        try (var weights = new FolderWeights(model);
                var team = new Team(1);
                var decoder = new PackedDecoder(weights, new VectorKernels(), team, Arithmetic.EXACT, 32, 32);
                var store = new KeyValueStore(weights.config(), KeyValueType.F32, 2);
                var file = Safetensors.open(model.resolve("expected.safetensors"));
                var _ = Scope.open("test")) {
            int[] ids = Arrays.stream(file.tensor("ids").toLongs())
                    .mapToInt(Math::toIntExact)
                    .toArray();
            int[] wanted = new int[ids.length];
            Arrays.setAll(wanted, i -> i);
            var slice = new StepRows.Slice(ids, 0, new int[] {0, 1});
            MemorySegment logits = decoder.step(new StepRows(List.of(slice), 0, wanted), store);
            double[] expected = file.tensor("logits").toDoubles();
            int vocab = weights.config().vocabSize();
            for (int row = 0; row < ids.length; row++) {
                for (int token = 0; token < vocab; token++) {
                    float found = logits.getAtIndex(ValueLayout.JAVA_FLOAT, row * decoder.logitsStride() + token);
                    assertThat((double) found).isCloseTo(expected[row * vocab + token], within(SIXTEEN_BITS));
                }
            }
            if (loss == null) {
                assertThat(weights.loss()).isNull();
            } else {
                assertThat(weights.loss()).startsWith(loss).contains("F16");
            }
        }
    }
}
