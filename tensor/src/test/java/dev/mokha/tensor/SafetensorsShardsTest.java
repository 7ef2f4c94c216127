package dev.mokha.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsShardsTest {
    @TempDir
    private Path folder;

    /// Three tensors of 8, 8 and 12 bytes.
    private static Map<String, Tensor> tensors() {
        var tensors = new LinkedHashMap<String, Tensor>();
        tensors.put("c", Tensors.of(new float[] {1, 2}, 2));
        tensors.put("a", Tensors.of(new float[] {3, 4}, 2));
        tensors.put("b", Tensors.of(new float[] {5, 6, 7}, 3));
        return tensors;
    }

    private List<String> files() throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void aModelThatFitsIsOneFileWithoutAnIndex() throws IOException {
        try (var _ = Scope.open("test")) {
            Safetensors.writeFolder(folder, tensors(), Map.of(), 28);
            assertThat(files()).containsExactly("model.safetensors");
        }
    }

    @Test
    void aLargerModelIsSplitInOrderAndIndexedAsHuggingFaceDoes() throws IOException {
        try (var _ = Scope.open("test")) {
            Safetensors.writeFolder(folder, tensors(), Map.of("step", "3"), 16);
            assertThat(files())
                    .containsExactly(
                            "model-00001-of-00002.safetensors",
                            "model-00002-of-00002.safetensors",
                            "model.safetensors.index.json");
            assertThat(Files.readString(folder.resolve(Safetensors.INDEX))).isEqualTo("""
                            {
                              "metadata": {
                                "total_parameters": 7,
                                "total_size": 28
                              },
                              "weight_map": {
                                "a": "model-00001-of-00002.safetensors",
                                "b": "model-00002-of-00002.safetensors",
                                "c": "model-00001-of-00002.safetensors"
                              }
                            }
                            """);
            try (var read = Safetensors.open(folder)) {
                assertThat(read.names()).containsExactly("c", "a", "b");
                assertThat(read.files()).hasSize(2);
                assertThat(read.metadata()).containsEntry("step", "3");
                assertThat(read.tensor("a").toFloats()).containsExactly(3, 4);
                assertThat(read.tensor("b").toFloats()).containsExactly(5, 6, 7);
            }
            try (var one = Safetensors.open(folder.resolve("model-00002-of-00002.safetensors"))) {
                assertThat(one.names()).containsExactly("b");
            }
        }
    }

    @Test
    void aTensorLargerThanAShardHasOneOfItsOwn() throws IOException {
        try (var _ = Scope.open("test")) {
            Safetensors.writeFolder(folder, tensors(), Map.of(), 1);
            assertThat(files()).hasSize(4).contains("model-00003-of-00003.safetensors");
        }
    }

    @Test
    void aNewWriteRemovesTheWeightsOfTheOldOneAndNothingElse() throws IOException {
        try (var _ = Scope.open("test")) {
            Files.writeString(folder.resolve("config.json"), "{}");
            Files.writeString(folder.resolve("adapter_model.safetensors"), "");
            Safetensors.writeFolder(folder, tensors(), Map.of(), 1);
            Safetensors.writeFolder(folder, tensors(), Map.of(), 16);
            assertThat(files()).hasSize(5).doesNotContain("model-00003-of-00003.safetensors");
            Safetensors.writeFolder(folder, tensors(), Map.of(), Long.MAX_VALUE);
            assertThat(files()).containsExactly("adapter_model.safetensors", "config.json", "model.safetensors");
        }
    }

    @Test
    void anEmptyShardSizeIsRefused() {
        assertThatThrownBy(() -> Safetensors.writeFolder(folder, Map.of(), Map.of(), 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not 0");
    }

    @Test
    void theFoldersThatHuggingFaceWroteAreRead() {
        Path fixture = Path.of(System.getProperty("mokha.root"), "fixtures/decoders/llama1/model");
        try (var _ = Scope.open("test");
                var read = Safetensors.open(fixture)) {
            assertThat(read.metadata()).containsEntry("format", "pt");
            assertThat(read.info("model.embed_tokens.weight").shape()).containsExactly(64L, 32L);
            assertThat(read.tensor("model.norm.weight").toDoubles()).hasSize(32);
            assertThat(read.tensor("model.norm.weight").mean().item()).isBetween(0.8, 1.2);
        }
    }
}
