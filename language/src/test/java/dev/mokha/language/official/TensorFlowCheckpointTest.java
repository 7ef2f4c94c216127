package dev.mokha.language.official;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.mokha.nn.Weights;
import dev.mokha.tensor.Safetensors;
import dev.mokha.tensor.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A checkpoint that TensorFlow 2.21 wrote holds what the safetensors file beside it holds.
final class TensorFlowCheckpointTest {
    private static final String DATA = "bert_model.ckpt.data-00000-of-00001";
    private static final Path FOLDER =
            Path.of(System.getProperty("mokha.root", ".."), "fixtures", "encoders", "bert-official");
    private static final Path INDEX = FOLDER.resolve("bert_model.ckpt.index");

    @TempDir
    Path temp;

    @Test
    void everyFloatTensorIsReadAsTensorFlowWroteIt() {
        try (var _ = Scope.open();
                var checkpoint = TensorFlowCheckpoint.open(INDEX);
                var file = Safetensors.open(FOLDER.resolve("bert_model.safetensors"))) {
            var floats = new LinkedHashSet<>(file.names());
            assertThat(floats.remove("global_step")).isTrue(); // a counter
            assertThat(checkpoint.names()).containsExactlyInAnyOrderElementsOf(floats);
            for (String name : floats) {
                assertThat(checkpoint.shape(name)).isEqualTo(file.info(name).sizes());
                assertThat(checkpoint.tensor(name).toFloats())
                        .as(name)
                        .isEqualTo(file.tensor(name).toFloats());
            }
        }
    }

    @Test
    void theOfficialNamesAreHuggingFacesAndKernelsLieTheOtherWay() {
        Path source = FOLDER.resolveSibling("bert-tanh").resolve("pretraining").resolve("model.safetensors");
        try (var _ = Scope.open();
                var official = OfficialNames.over(TensorFlowCheckpoint.open(INDEX));
                var fromFile =
                        OfficialNames.over(Weights.of(Safetensors.open(FOLDER.resolve("bert_model.safetensors"))));
                var expected = Safetensors.open(source)) {
            for (Weights weights : new Weights[] {official, fromFile}) {
                assertThat(weights.names()).containsExactlyInAnyOrderElementsOf(expected.names());
                for (String name : expected.names()) {
                    assertThat(weights.shape(name))
                            .isEqualTo(expected.info(name).sizes());
                    assertThat(weights.tensor(name).toFloats())
                            .as(name)
                            .isEqualTo(expected.tensor(name).toFloats());
                }
            }
        }
    }

    @Test
    void theHeadsOfFineTunedCheckpointsHaveTheirNamesToo() {
        assertThat(OfficialNames.TABLE.apply("output_weights")).isEqualTo("classifier.weight");
        assertThat(OfficialNames.TABLE.apply("cls/squad/output_weights")).isEqualTo("qa_outputs.weight");
        assertThat(OfficialNames.TABLE.apply("bert/encoder/layer_11/output/LayerNorm/gamma"))
                .isEqualTo("bert.encoder.layer.11.output.LayerNorm.weight");
    }

    @Test
    void aDamagedFileIsNamed() throws IOException {
        byte[] index = Files.readAllBytes(INDEX);
        Path copy = temp.resolve("bert_model.ckpt.index");
        index[40] ^= 1;
        Files.write(copy, index);
        assertThatThrownBy(() -> TensorFlowCheckpoint.open(copy))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(copy.toString())
                .hasMessageContaining("checksum");
        index[40] ^= 1;
        Files.write(copy, index);
        byte[] data = Files.readAllBytes(FOLDER.resolve(DATA));
        data[500] ^= 1;
        Files.write(temp.resolve(DATA), data);
        try (var _ = Scope.open();
                var checkpoint = TensorFlowCheckpoint.open(copy)) {
            assertThatThrownBy(() -> checkpoint.names().forEach(checkpoint::tensor))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContaining("position_embeddings")
                    .hasMessageContaining("copy it again");
        }
        assertThatThrownBy(() -> TensorFlowCheckpoint.open(temp.resolve(DATA)))
                .hasMessageContaining("no index of a TensorFlow checkpoint");
    }

    @FuzzTest(maxDuration = "5s")
    void anyBytesAreReadOrRefused(FuzzedDataProvider data) {
        byte[] bytes = data.consumeRemainingAsBytes();
        try {
            TableFile.read(Path.of("fuzzed.index"), bytes).forEach(BundleEntry::parse);
        } catch (CheckpointException e) {
            Assertions.assertNotNull(e.getMessage());
        }
    }
}
