package dev.mokha.language.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.tensor.Safetensors;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.testkit.Close;
import dev.mokha.testkit.Golden;
import dev.mokha.testkit.Tolerance;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ForwardTest {
    private static final Path FOLDER = Golden.path("decoders/qwen3/model");

    @TempDir
    Path temp;

    @Test
    void everyOutputAgreesWithTransformers() {
        try (var _ = Scope.open();
                var expected = Safetensors.open(FOLDER.resolveSibling("expected.safetensors"))) {
            Tensor ids = expected.tensor("plain.input_ids");
            ForwardResult result = Forward.run(FOLDER, "{\"input_ids\": " + Arrays.toString(ids.toLongs()) + "}");
            assertThat(result.outputs())
                    .containsOnlyKeys("logits", "hidden_states.0", "hidden_states.1", "hidden_states.2");
            Close.assertClose(
                    "logits",
                    output(result, "logits").values(),
                    expected.tensor("plain.logits").toDoubles(),
                    Tolerance.absolute("as in fixtures/decoders", 1e-4));
            assertThat(output(result, "hidden_states.2").shape()).containsExactly(1, 19, 32);
        }
    }

    @Test
    void bothFormatsHoldTheSameNumbers() {
        ForwardResult result = Forward.run(
                FOLDER,
                "{\"input_ids\": [[3, 4], [5, 6]], \"attention_mask\": [[0, 1], [1, 1]], \"labels\": [[3, 4], [5, 6]]}");
        Path file = temp.resolve("out.safetensors");
        result.write(file);
        try (var _ = Scope.open();
                var read = Safetensors.open(file)) {
            assertThat(read.names())
                    .containsExactlyInAnyOrderElementsOf(result.outputs().keySet());
            assertThat(read.tensor("logits").toFloats())
                    .isEqualTo(output(result, "logits").values());
            assertThat(read.info("loss").shape()).containsExactly(1L);
        }
        float[] logits = output(result, "logits").values();
        assertThat(result.json())
                .startsWith("{\"logits\":[[[" + logits[0] + "," + logits[1])
                .contains("\"loss\":" + output(result, "loss").values()[0])
                .endsWith("}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | lacks input_ids",
                "{\"input_ids\": []} | input_ids must be a list of rows of integers",
                "{\"input_ids\": [[1, 2], [3]]} | pad the shorter",
                "{\"input_ids\": [1, 64]} | input_ids has 64; the model knows 0 to 63",
                "{\"input_ids\": [-1]} | input_ids has -1",
                "{\"input_ids\": [1, 2], \"attention_mask\": [1]} | attention_mask is 1 × 1, input_ids 1 × 2",
                "{\"input_ids\": [1, 2], \"token_type_ids\": [0, 1]} | token_type_ids are not all 0",
                "{\"input_ids\": \"hello\"} | input_ids must be a list",
                "nonsense | the input is not a JSON object",
            })
    void inputThatCannotBeUsedIsRefusedByName(String json, String message) {
        assertThatThrownBy(() -> Forward.run(FOLDER, json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    private static ForwardResult.Output output(ForwardResult result, String name) {
        return Objects.requireNonNull(result.outputs().get(name), name);
    }
}
