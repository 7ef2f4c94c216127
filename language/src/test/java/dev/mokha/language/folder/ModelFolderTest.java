package dev.mokha.language.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.language.decoder.Experts;
import dev.mokha.language.decoder.Family;
import dev.mokha.language.decoder.SpecialIds;
import dev.mokha.language.decoder.TokenBatch;
import dev.mokha.nn.Loading;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Scope;
import dev.mokha.testkit.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ModelFolderTest {
    private static final TokenBatch BATCH = TokenBatch.of(5, 9, 33, 2, 7, 61);

    @TempDir
    Path temp;

    @Test
    void aFolderReadBackComputesTheSameLogits() {
        Path folder = temp.resolve("model");
        float[] before;
        try (var _ = Scope.open();
                var model = Decoder.fresh(DecoderConfig.tiny(), 3)) {
            before = logits(model);
            FolderWriter.write(folder, model, FolderParts.none(SpecialIds.none()), DType.FLOAT32);
        }
        try (var _ = Scope.open();
                var model = ModelFolder.open(folder).decoder(Loading.forUse(Device.CPU))) {
            assertThat(logits(model)).isEqualTo(before);
        }
    }

    @Test
    void aMixtureReadBackComputesTheSameLogitsAndHasTheNamesOfItsFamily() {
        var shared = new Experts(4, 2, 10, 14, false, 0.001, false, 1, List.of(0));
        for (var config : List.of(
                DecoderConfig.tiny().as(Family.MIXTRAL, Experts.of(4, 2, 48)),
                DecoderConfig.tiny().as(Family.QWEN2_MOE, shared))) {
            Path folder = temp.resolve(config.modelType().modelType());
            float[] before;
            try (var _ = Scope.open();
                    var model = Decoder.fresh(config, 3)) {
                assertThat(model.params().count()).isEqualTo(config.parameterCount());
                before = logits(model);
                FolderWriter.write(folder, model, FolderParts.none(SpecialIds.none()), DType.FLOAT32);
            }
            try (var _ = Scope.open();
                    var model = ModelFolder.open(folder).decoder(Loading.forUse(Device.CPU))) {
                assertThat(logits(model)).isEqualTo(before);
                assertThat(model.params().named())
                        .containsKey(
                                config.modelType() == Family.MIXTRAL
                                        ? "model.layers.1.block_sparse_moe.experts.3.w2.weight"
                                        : "model.layers.1.mlp.shared_expert_gate.weight");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mixtral", "qwen2-moe", "qwen3-moe"})
    void expertsInOneTensorAreReadAsThoseInMany(String name) throws IOException {
        Path made = Golden.path("decoders").resolve(name);
        Path fused = Files.createDirectory(temp.resolve("fused"));
        Files.copy(made.resolve("model/config.json"), fused.resolve("config.json"));
        Files.copy(made.resolve("fused.safetensors"), fused.resolve("model.safetensors"));
        try (var _ = Scope.open();
                var one = ModelFolder.open(fused).decoder(Loading.forUse(Device.CPU));
                var many = ModelFolder.open(made.resolve("model")).decoder(Loading.forUse(Device.CPU))) {
            assertThat(one.params().named().keySet())
                    .isEqualTo(many.params().named().keySet());
            assertThat(logits(one)).containsExactly(logits(many), within(1e-5f)); // views are aligned otherwise
        }
    }

    @Test
    void aTiedHeadIsWrittenOnceAndRead() throws IOException {
        Path tied = temp.resolve("tied");
        Path untied = temp.resolve("untied");
        write(tied, DecoderConfig.tiny().withTiedHead(true), DType.BFLOAT16);
        write(untied, DecoderConfig.tiny(), DType.BFLOAT16);
        long table = 64 * 32 * 2;
        assertThat(Files.size(untied.resolve("model.safetensors")) - Files.size(tied.resolve("model.safetensors")))
                .isBetween(table, table + 200);
        try (var model = ModelFolder.open(tied).decoder(Loading.forUse(Device.CPU))) {
            assertThat(model.params().named()).doesNotContainKey("lm_head.weight");
            assertThat(model.params().get("model.norm.weight").dtype()).isEqualTo(DType.BFLOAT16);
        }
    }

    @Test
    void writingAgainReplacesTheFolderAndLeavesNothingBeside() throws IOException {
        Path folder = temp.resolve("model");
        write(folder, DecoderConfig.tiny(), DType.FLOAT32);
        Files.writeString(folder.resolve("leftover.txt"), "old");
        write(folder, DecoderConfig.tiny().withVocabSize(96), DType.FLOAT32);
        assertThat(ModelFolder.open(folder).config().vocabSize()).isEqualTo(96);
        assertThat(folder.resolve("leftover.txt")).doesNotExist();
        try (var beside = Files.list(temp)) {
            assertThat(beside).containsExactly(folder);
        }
    }

    @Test
    void aFolderThatIsNoModelIsNotOverwritten() throws IOException {
        Files.writeString(temp.resolve("thesis.txt"), "precious");
        assertThatThrownBy(() -> write(temp, DecoderConfig.tiny(), DType.FLOAT32))
                .hasMessageContaining("is not a model folder")
                .hasMessageContaining("choose another name");
        assertThat(temp.resolve("thesis.txt")).exists();
    }

    @Test
    void generationSettingsComeBack() {
        var special = new SpecialIds(1, List.of(2, 7), 0);
        var generation = new GenerationConfig(special, true, 0.6, 50, 0.9, null, 1.1, 128, Map.of());
        Path folder = temp.resolve("model");
        try (var model = Decoder.fresh(DecoderConfig.tiny().withSpecial(special), 0)) {
            FolderWriter.write(folder, model, FolderParts.none(special).withGeneration(generation), DType.FLOAT32);
        }
        assertThat(ModelFolder.open(folder).generation()).isEqualTo(generation);
        assertThat(ModelFolder.open(folder).config().special()).isEqualTo(special);
    }

    @Test
    void missingAndMisshapenWeightsAreNamed() throws IOException {
        Path folder = temp.resolve("model");
        write(folder, DecoderConfig.tiny(), DType.FLOAT32);
        String config = Files.readString(folder.resolve("config.json"));
        Files.writeString(
                folder.resolve("config.json"),
                config.replace("\"num_hidden_layers\" : 2", "\"num_hidden_layers\" : 3"));
        assertThatThrownBy(() -> ModelFolder.open(folder)
                        .decoder(Loading.forUse(Device.CPU))
                        .close())
                .hasMessageContaining("model.layers.2.");
    }

    @Test
    void aFolderWithoutConfigurationSaysSo() {
        assertThatThrownBy(() -> ModelFolder.open(temp)).hasMessageContaining("has no config.json");
    }

    private static void write(Path folder, DecoderConfig config, DType dtype) {
        try (var model = Decoder.fresh(config, 3)) {
            FolderWriter.write(folder, model, FolderParts.none(SpecialIds.none()), dtype);
        }
    }

    private static float[] logits(Decoder model) {
        try (var _ = Scope.open();
                var _ = Gradients.off()) {
            return model.forward(BATCH).toFloats();
        }
    }
}
