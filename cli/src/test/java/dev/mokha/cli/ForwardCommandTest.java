package dev.mokha.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.tensor.DType;
import dev.mokha.tensor.Safetensors;
import dev.mokha.tensor.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class ForwardCommandTest {
    private static final Path MODEL = Run.ROOT.resolve("fixtures/decoders/llama3/model");

    @TempDir
    private Path folder;

    private Path input(String json) throws IOException {
        Path file = folder.resolve("call.json");
        Files.writeString(file, json);
        return file;
    }

    @Test
    void jsonAndSafetensorsHoldTheSameFloats() throws IOException {
        Path call = input("{\"input_ids\": [[1, 5, 9], [1, 6, 0]], \"attention_mask\": [[1, 1, 1], [1, 1, 0]],"
                + " \"token_type_ids\": [[0, 0, 0], [0, 0, 0]], \"labels\": [[1, 5, 9], [1, 6, -100]]}");
        var run = Run.mokha("forward", MODEL, "--input", call);
        assertThat(run.err()).isEmpty();
        JsonNode json = new JsonMapper().readTree(run.out());
        assertThat(json.at("/logits").size()).isEqualTo(2);
        assertThat(json.at("/logits/0").size()).isEqualTo(3);
        assertThat(json.at("/logits/0/0").size()).isEqualTo(64);

        Path out = folder.resolve("out.safetensors");
        assertThat(Run.mokha("forward", MODEL, "--input", call, "--output", out).code())
                .isZero();
        try (var file = Safetensors.open(out);
                var _ = Scope.open("test")) {
            assertThat(file.names())
                    .containsExactlyInAnyOrder(
                            "logits", "loss", "hidden_states.0", "hidden_states.1", "hidden_states.2");
            assertThat(file.info("logits").dtype()).isEqualTo(DType.FLOAT32);
            float[] logits = file.tensor("logits").toFloats();
            assertThat(logits[64 + 7])
                    .isEqualTo((float) json.at("/logits/0/1/7").asDouble());
            assertThat(json.at("/loss").asDouble())
                    .isCloseTo(file.tensor("loss").toFloats()[0], within(1e-6));
        }
        Path text = folder.resolve("out.json");
        Run.mokha("forward", MODEL, "--input", call, "--output", text);
        assertThat(Files.readString(text)).isEqualTo(run.out());
    }

    @Test
    void oneListIsABatchOfOne() throws IOException {
        String one = Run.mokha("forward", MODEL, "--input", input("{\"input_ids\": [1, 5, 9]}"))
                .out();
        assertThat(Run.mokha("forward", MODEL, "--input", input("{\"input_ids\": [[1, 5, 9]]}"))
                        .out())
                .isEqualTo(one);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | input_ids",
                "{\"input_ids\": 3} | list of rows",
                "{\"input_ids\": []} | none empty",
                "{\"input_ids\": [[]]} | none empty",
                "{\"input_ids\": [[1, 2], [3]]} | rows of 2 and 1",
                "{\"input_ids\": [[1, 2.5]]} | integers",
                "{\"input_ids\": [[1, 64]]} | has 64",
                "{\"input_ids\": [[1, -1]]} | has -1",
                "{\"input_ids\": [[1, 2]], \"labels\": [[1, 99]]} | 99",
                "{\"input_ids\": [[1, 2]], \"attention_mask\": [[1]]} | attention_mask",
                "{\"input_ids\": [[1, 2]], \"token_type_ids\": [[0, 1]]} | token_type_ids",
                "{\"input_ids\": [[1, 2]], \"inputs_embeds\": [[0, 1]]} | inputs_embeds",
                "{\"input_ids\": [[1, | line 1",
                "[1] | object",
            })
    void aWrongCallNamesWhatIsWrong(String json, String named) throws IOException {
        Path out = folder.resolve("out.safetensors");
        var run = Run.mokha("forward", MODEL, "--input", input(json), "--output", out);
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err().lines()).hasSize(1);
        assertThat(run.err()).contains("call.json", named);
        assertThat(out).doesNotExist();
    }

    @Test
    void aFolderThatIsNoModelIsRefused() throws IOException {
        Path call = input("{\"input_ids\": [[1]]}");
        assertThat(Run.mokha("forward", folder, "--input", call).err()).contains("config.json");
        assertThat(Run.mokha("forward", MODEL, "--input", folder.resolve("none.json"))
                        .err())
                .contains("does not exist");
        Path broken = Files.createDirectory(folder.resolve("broken"));
        Files.copy(MODEL.resolve("config.json"), broken.resolve("config.json"));
        assertThat(Run.mokha("forward", broken, "--input", call).err()).contains("broken", "model.safetensors");
        byte[] weights = Files.readAllBytes(MODEL.resolve("model.safetensors"));
        Files.write(broken.resolve("model.safetensors"), Arrays.copyOf(weights, 1000));
        assertThat(Run.mokha("forward", broken, "--input", call).err()).contains("model.safetensors");
    }
}
