package dev.mokha.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.language.folder.FolderParts;
import dev.mokha.language.folder.FolderWriter;
import dev.mokha.language.folder.ModelFolder;
import dev.mokha.nn.Loading;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MergeCommandTest {
    private static final String WEIGHT = "model.layers.0.self_attn.q_proj.weight";

    @TempDir
    private Path folder;

    private Path a;
    private Path b;
    private Path base;
    private Path out;

    @BeforeEach
    void models() {
        a = model("a", 16, 1);
        b = model("b", 16, 2);
        base = model("base", 16, 3);
        out = folder.resolve("merged");
    }

    private Path model(String name, int hidden, long seed) {
        Path target = folder.resolve(name);
        var tokenizer = TinyModel.tokenizer();
        var config = DecoderConfig.llama(tokenizer.idBound(), hidden, 24, 1, 2, 1);
        try (var model = Decoder.fresh(config, seed)) {
            FolderWriter.write(target, model, FolderParts.of(tokenizer, config.special()), DType.FLOAT32);
        }
        return target;
    }

    private static float[] weight(Path model) {
        try (var decoder = ModelFolder.open(model).decoder(Loading.forUse(Device.CPU))) {
            return decoder.params().get(WEIGHT).toFloats();
        }
    }

    @Test
    void theWeightedMeanIsWritten() {
        Run run = Run.mokha("merge", a, b, "--weights", "0.75,0.25", "--out", out);
        assertThat(run.code()).as(run.err()).isZero();
        float[] first = weight(a);
        float[] second = weight(b);
        float[] merged = weight(out);
        for (int i = 0; i < merged.length; i++) {
            assertThat(merged[i]).isCloseTo(0.75f * first[i] + 0.25f * second[i], within(1e-6f));
        }
        assertThat(out.resolve("run.json")).content().contains("Linear[weights=[0.75, 0.25]]");
        assertThat(ModelFolder.open(out).hasTokenizer()).isTrue();
    }

    @Test
    void eachMethodWritesAModel() {
        assertThat(Run.mokha("merge", a, b, "--method", "slerp", "--t", "0", "--out", out)
                        .code())
                .isZero();
        assertThat(weight(out)).containsExactly(weight(a), within(1e-6f));
        assertThat(Run.mokha("merge", a, "--method", "ties", "--density", "1", "--base", base, "--out", out)
                        .code())
                .isZero();
        assertThat(weight(out)).containsExactly(weight(a), within(1e-6f));
        assertThat(Run.mokha("merge", a, "--method", "task-arithmetic", "--scale", "0", "--base", base, "--out", out)
                        .code())
                .isZero();
        assertThat(weight(out)).containsExactly(weight(base), within(1e-6f));
    }

    @Test
    void whatIsWrongIsNamedAndNothingIsWritten() {
        Path wide = model("wide", 32, 1);
        for (Run usage : List.of(
                Run.mokha("merge", a, b, "--method", "ties", "--out", out),
                Run.mokha("merge", a, b, "--base", base, "--out", out),
                Run.mokha("merge", a, b, base, "--method", "slerp", "--out", out),
                Run.mokha("merge", a, b, "--weights", "1", "--out", out),
                Run.mokha("merge", a, b, "--weights", "0,0", "--out", out),
                Run.mokha("merge", a, b, "--method", "mean", "--out", out))) {
            assertThat(usage.code()).as(usage.err()).isEqualTo(2);
        }
        Run shapes = Run.mokha("merge", a, wide, "--out", out);
        assertThat(shapes.code()).isEqualTo(1);
        assertThat(shapes.err()).contains("one shape and vocabulary", "hiddenSize is 16 in " + a, "and 32 in " + wide);
        Run none = Run.mokha("merge", a, folder.resolve("none"), "--out", out);
        assertThat(none.code()).isEqualTo(1);
        assertThat(none.err()).contains("is no model folder");
        assertThat(out).doesNotExist();
    }
}
