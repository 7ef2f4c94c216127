package dev.mokha.language.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.language.gguf.Grid;
import dev.mokha.language.packed.PackedLayout;
import dev.mokha.language.packed.PackedLayout.Kind;
import dev.mokha.language.packed.PackedLinear;
import dev.mokha.tensor.Safetensors;
import dev.mokha.tensor.Scope;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Against what AutoGPTQ and AutoAWQ themselves make of the same levels, zeros and scales
/// (`fixtures/packed/make.py`).
final class PackedTensorsTest {
    private static final Path MATRICES =
            Path.of(System.getProperty("mokha.root", ".."), "fixtures", "packed", "matrices.safetensors");

    @ParameterizedTest
    @CsvSource({
        "gptq-4-32-sym, GPTQ, 4, 32",
        "gptq-4-64-asym, GPTQ, 4, 64",
        "gptq-4-128-asym, GPTQ, 4, 128",
        "gptq-4-all-asym, GPTQ, 4, -1",
        "gptq-8-128-sym, GPTQ, 8, 128",
        "gptq-8-32-asym, GPTQ, 8, 32",
        "awq-4-32, AWQ, 4, 32",
        "awq-4-128, AWQ, 4, 128",
    })
    void everyNumberLiesWhereThoseLibrariesPutIt(String module, Kind kind, int bits, int group) {
        var layout = new PackedLayout(kind, bits, group, false, false);
        try (var file = Safetensors.open(MATRICES);
                var arena = Arena.ofConfined();
                var _ = Scope.open("test")) {
            Levelled matrix = levelled(PackedLinear.of(layout, file, module, arena));
            var packed = PackedTensors.of(layout, matrix);
            assertThat(packed.keySet())
                    .containsExactlyInAnyOrderElementsOf(file.names().stream()
                            .filter(name -> name.startsWith(module + ".") && !name.endsWith(".weight"))
                            .map(name -> name.substring(module.length() + 1))
                            .toList());
            packed.forEach((part, tensor) -> {
                var expected = file.tensor(module + "." + part);
                assertThat(tensor.shape()).as(part).isEqualTo(expected.shape());
                assertThat(tensor.dtype()).as(part).isEqualTo(expected.dtype());
                assertThat(tensor.toDoubles()).as(part).isEqualTo(expected.toDoubles());
            });
        }
    }

    private static Levelled levelled(PackedLinear linear) {
        PackedLayout layout = linear.layout();
        int groups = layout.groups(linear.inputs());
        var grids = new Grid[linear.outputs()][groups];
        int[][] levels = new int[linear.outputs()][linear.inputs()];
        for (int output = 0; output < linear.outputs(); output++) {
            linear.levels(output, levels[output]);
            for (int group = 0; group < groups; group++) {
                grids[output][group] =
                        new GroupGrid(linear.scale(output, group), linear.zero(output, group), layout.most());
            }
        }
        return new Levelled(linear.inputs(), linear.inputs() / groups, grids, levels);
    }
}
