package dev.mokha.language.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.language.folder.ModelFolder;
import dev.mokha.language.packed.PackedLayout;
import dev.mokha.language.packed.PackedLayout.Kind;
import dev.mokha.language.source.ModelSource;
import dev.mokha.nn.Loading;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Safetensors;
import dev.mokha.tensor.Scope;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Packed folders, read again; that others read them as [dev.mokha.language.packed.PackedFolderTest] reads
/// theirs follows from it.
final class PackedOutputTest {
    private static final Path MODEL =
            Path.of(System.getProperty("mokha.root", ".."), "fixtures", "decoders", "llama3", "model");

    @TempDir
    private Path temp;

    private static Calibration calibration() {
        var random = new SplittableRandom(3);
        List<int[]> windows = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            windows.add(IntStream.range(0, 24).map(_ -> random.nextInt(64)).toArray());
        }
        return new Calibration(windows, 3);
    }

    @ParameterizedTest
    @CsvSource({"GPTQ, 4, 8, true", "GPTQ, 4, -1, false", "GPTQ, 8, 8, true", "GPTQ_V2, 4, 8, false", "AWQ, 4, 8, false"
    })
    void whatWasRoundedIsWhatTheFolderHolds(Kind kind, int bits, int group, boolean symmetric) {
        var layout = new PackedLayout(kind, bits, group, symmetric, false);
        var target = new CalibratedModel.Target.Packed(layout);
        try (var source = ModelSource.open(MODEL);
                var prepared = CalibratedModel.of(source, Gptq.usual(), calibration(), target, _ -> {})) {
            prepared.packed(temp.resolve("out"));
            ModelFolder written = ModelFolder.open(temp.resolve("out"));
            assertThat(written.packedLayout()).isEqualTo(layout);
            try (var decoder = written.decoder(Loading.forUse(Device.CPU));
                    var _ = Scope.open("test");
                    var _ = Gradients.off()) {
                prepared.decoder().params().named().forEach((name, tensor) -> {
                    float[] found = decoder.params().get(name).toFloats();
                    if (PackedOutput.isPacked(name)) {
                        assertThat(found).as(name).isEqualTo(tensor.toFloats());
                    } else {
                        assertThat(found).as(name).containsExactly(tensor.toFloats(), within(1e-3f)); // float16
                    }
                });
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"4, true", "4, false", "8, true"})
    void plainRoundingIsNoFartherThanAStepFromTheWeights(int bits, boolean symmetric) {
        var layout = new PackedLayout(Kind.GPTQ, bits, 8, symmetric, false);
        try (var source = ModelSource.open(MODEL)) {
            PackedOutput.write(source, temp.resolve("out"), layout);
            try (var before = source.decoder(Loading.forUse(Device.CPU));
                    var after = ModelFolder.open(temp.resolve("out")).decoder(Loading.forUse(Device.CPU));
                    var file = Safetensors.open(temp.resolve("out"));
                    var _ = Scope.open("test");
                    var _ = Gradients.off()) {
                String module = "model.layers.1.mlp.up_proj";
                float[] scales = file.tensor(module + ".scales").toFloats();
                float[] weights = before.params().get(module + ".weight").toFloats();
                float[] rounded = after.params().get(module + ".weight").toFloats();
                int inputs =
                        Math.toIntExact(before.params().get(module + ".weight").size(1));
                int outputs = weights.length / inputs;
                double squares = 0;
                double step = 0;
                for (int i = 0; i < weights.length; i++) {
                    squares += Math.pow(weights[i] - rounded[i], 2);
                    step += Math.pow(scales[i % inputs / 8 * outputs + i / inputs], 2) / 12;
                }
                assertThat(squares).isPositive().isLessThan(1.3 * step); // of numbers spread evenly, 1
            }
        }
    }

    @Test
    void awqScalesAndFoldersOfItsLayoutGoTogether() {
        var layout = new PackedLayout(Kind.AWQ, 4, 8, false, false);
        var target = new CalibratedModel.Target.Packed(layout);
        try (var source = ModelSource.open(MODEL);
                var prepared = CalibratedModel.of(source, Awq.usual(), calibration(), target, _ -> {})) {
            prepared.packed(temp.resolve("out"));
            assertThatThrownBy(() -> prepared.gguf(temp.resolve("model.gguf")))
                    .isInstanceOf(IllegalStateException.class);
            try (var decoder = ModelFolder.open(temp.resolve("out")).decoder(Loading.forUse(Device.CPU));
                    var _ = Scope.open("test");
                    var _ = Gradients.off()) {
                String norm = "model.layers.0.input_layernorm.weight";
                assertThat(decoder.params().get(norm).toFloats())
                        .containsExactly(prepared.decoder().params().get(norm).toFloats(), within(1e-2f));
            }
        }
    }

    @Test
    void rowsThatAreNoWholeGroupsAreRefused() {
        var layout = new PackedLayout(Kind.GPTQ, 4, 32, true, false);
        try (var source = ModelSource.open(MODEL)) {
            assertThatThrownBy(() -> PackedOutput.write(source, temp.resolve("out"), layout))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("24 inputs")
                    .hasMessageContaining("--group-size");
        }
        assertThat(temp.resolve("out")).doesNotExist();
    }
}
