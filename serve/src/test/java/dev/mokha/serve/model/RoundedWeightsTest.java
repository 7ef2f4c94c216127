package dev.mokha.serve.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.language.folder.FolderParts;
import dev.mokha.language.folder.FolderWriter;
import dev.mokha.language.gguf.GgufModel;
import dev.mokha.language.gguf.Mix;
import dev.mokha.language.quantize.ModelOutput;
import dev.mokha.language.source.ModelSource;
import dev.mokha.tensor.DType;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Against the files that quantisation writes.
class RoundedWeightsTest {
    private static final List<String> MATRICES = List.of(
            "model.embed_tokens.weight",
            "lm_head.weight",
            "model.layers.0.self_attn.q_proj.weight",
            "model.layers.1.self_attn.k_proj.weight",
            "model.layers.1.self_attn.v_proj.weight",
            "model.layers.0.mlp.down_proj.weight",
            "model.layers.1.mlp.down_proj.weight");

    @TempDir
    static Path folder;

    /// Rows of 256 and of 288, which are no blocks of 256.
    @BeforeAll
    static void write() {
        var config = DecoderConfig.llama(100, 256, 288, 2, 4, 2);
        try (var model = Decoder.fresh(config, 5)) {
            FolderWriter.write(folder.resolve("model"), model, FolderParts.none(config.special()), DType.BFLOAT16);
        }
    }

    private static Path file(Mix mix) {
        Path file = folder.resolve(mix + ".gguf");
        try (var source = ModelSource.open(folder.resolve("model"))) {
            ModelOutput.gguf(source, file, mix, false);
        }
        return file;
    }

    private static void requireEqual(WeightSource rounded, WeightSource stored, String name) {
        WeightSource.Rows one = rounded.rows(name);
        WeightSource.Rows other = stored.rows(name);
        assertThat(one.type()).as(name).isEqualTo(other.type());
        assertThat(one.count()).isEqualTo(other.count());
        for (int row = 0; row < one.count(); row++) {
            assertThat(one.row(row).toArray(ValueLayout.JAVA_BYTE))
                    .as("%s, row %d", name, row)
                    .isEqualTo(other.row(row).toArray(ValueLayout.JAVA_BYTE));
        }
    }

    @ParameterizedTest
    @EnumSource(Mix.class)
    void rowsAreThoseOfTheFileThatQuantisationWrites(Mix mix) {
        try (var rounded = new RoundedWeights(new FolderWeights(folder.resolve("model")), mix);
                var model = GgufModel.open(file(mix));
                var stored = new GgufSource(model)) {
            MATRICES.forEach(name -> requireEqual(rounded, stored, name));
            assertThat(rounded.find("model.layers.2.mlp.down_proj.weight")).isNull();
        }
    }

    @Test
    void aFloatFileIsRoundedAsTheFolderIs() {
        try (var whole = GgufModel.open(file(Mix.BF16));
                var rounded = new RoundedWeights(new GgufSource(whole), Mix.Q4_K_M);
                var model = GgufModel.open(file(Mix.Q4_K_M));
                var stored = new GgufSource(model)) {
            MATRICES.forEach(name -> requireEqual(rounded, stored, name));
        }
    }

    @Test
    void whatIsRoundedAlreadyIsNotRoundedAgain() {
        try (var model = GgufModel.open(file(Mix.Q8_0));
                var rounded = new RoundedWeights(new GgufSource(model), Mix.Q4_0)) {
            assertThat(rounded.rows("model.norm.weight").count()).isOne();
            assertThatThrownBy(() -> rounded.find("lm_head.weight"))
                    .isInstanceOf(UnfitOptionException.class)
                    .hasMessageContaining("lm_head.weight")
                    .hasMessageContaining("Q8_0");
        }
    }
}
