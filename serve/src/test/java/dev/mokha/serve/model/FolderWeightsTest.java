package dev.mokha.serve.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FolderWeightsTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "mixtral, block_sparse_moe.experts.3.w1 block_sparse_moe.experts.2.w2 block_sparse_moe.experts.1.w3"
                + " block_sparse_moe.gate self_attn.q_proj",
        "qwen2-moe, mlp.experts.5.gate_proj mlp.experts.4.down_proj mlp.experts.0.up_proj mlp.gate"
                + " mlp.shared_expert.up_proj mlp.shared_expert_gate"
    })
    void expertsInOneTensorAreReadAsThoseInMany(String family, String names) throws IOException {
        Path fixture = Path.of(System.getProperty("mokha.root"), "fixtures/decoders", family);
        Files.copy(fixture.resolve("model/config.json"), folder.resolve("config.json"));
        Files.copy(fixture.resolve("fused.safetensors"), folder.resolve("model.safetensors"));
        try (var many = new FolderWeights(fixture.resolve("model"));
                var one = new FolderWeights(folder)) {
            for (String part : names.split(" ", -1)) {
                String name = "model.layers.1." + part + ".weight";
                WeightSource.Rows expected = many.rows(name);
                WeightSource.Rows found = one.rows(name);
                assertThat(found.count()).isEqualTo(expected.count());
                assertThat(found.width()).isEqualTo(expected.width());
                for (int i = 0; i < found.count(); i++) {
                    assertThat(found.row(i).toArray(ValueLayout.JAVA_BYTE))
                            .as("%s %d", name, i)
                            .isEqualTo(expected.row(i).toArray(ValueLayout.JAVA_BYTE));
                }
            }
            assertThat(one.find("model.layers.1.mlp.experts.0.nothing.weight")).isNull();
            assertThat(one.find("model.layers.7.mlp.gate.weight")).isNull();
        }
    }
}
