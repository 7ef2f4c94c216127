package dev.mokha.language.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.tensor.DType;
import dev.mokha.tensor.Safetensors;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.testkit.Close;
import dev.mokha.testkit.Golden;
import dev.mokha.testkit.Tolerance;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// An encoder's folder called with JSON, as any other program can.
final class EncoderForwardTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "bert/pretraining",
                "bert/nsp",
                "bert/multi-label",
                "bert/regression",
                "bert/choice",
                "roberta/mlm",
                "distilbert/span",
                "modernbert/token"
            })
    void theLossAndThePerSequenceOutputsAgreeWithTransformers(String name) {
        Path folder = Golden.path("encoders/" + name);
        try (var _ = Scope.open();
                var expected = Safetensors.open(folder.resolve("expected.safetensors"))) {
            var call = new LinkedHashMap<String, Object>();
            for (String key : List.of(
                    "input_ids",
                    "attention_mask",
                    "token_type_ids",
                    "labels",
                    "next_sentence_label",
                    "start_positions",
                    "end_positions")) {
                if (expected.names().contains(key)) {
                    call.put(key, nested(expected.tensor(key)));
                }
            }
            ForwardResult result = Forward.run(folder, JsonKeys.line(call));
            for (String key : List.of("loss", "pooler_output", "seq_relationship_logits", "start_logits")) {
                if (expected.names().contains(key)) {
                    close(key, result, expected.tensor(key));
                }
            }
            assertThat(result.outputs()).containsKey("loss");
        }
    }

    @Test
    void everyNamedOutputOfAPretrainedBertIsThere() {
        ForwardResult result = Forward.run(
                Golden.path("encoders/bert/pretraining"), "{\"input_ids\": [2, 9, 4, 3], \"output_attentions\": true}");
        assertThat(result.outputs().keySet())
                .containsExactlyInAnyOrder(
                        "prediction_logits",
                        "seq_relationship_logits",
                        "pooler_output",
                        "hidden_states.0",
                        "hidden_states.1",
                        "hidden_states.2",
                        "attentions.0",
                        "attentions.1");
        assertThat(Objects.requireNonNull(result.outputs().get("attentions.1")).shape())
                .containsExactly(1, 3, 4, 4);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bert/token | {} | lacks input_ids",
                "bert/token | {\"input_ids\": [1, 48]} | input_ids has 48; the model knows 0 to 47",
                "bert/token | {\"input_ids\": [1, \"a\"]} | input_ids must be a list of numbers",
                "bert/token | {\"input_ids\": [1, 2.5]} | input_ids must be integers, has 2.5",
                "bert/token | {\"input_ids\": [[1, 2], [3]]} | pad the shorter",
                "bert/token | {\"input_ids\": [1, 2], \"token_type_ids\": [0, 2]} | token_type_ids has 2; the model knows 0 to 1",
                "bert/token | {\"input_ids\": [1, 2], \"attention_mask\": [1]} | attention_mask is 1 × 1, input_ids 1 × 2",
                "bert/token | {\"input_ids\": [1, 2], \"labels\": [0, 5]} | labels has 5; the model knows 0 to 4",
                "bert/token | {\"input_ids\": [1, 2], \"start_positions\": [0]} | start_positions is nothing that BertForTokenClassification takes",
                "bert/choice | {\"input_ids\": [1, 2]} | it must have 3 dimensions",
                "distilbert/mlm | {\"input_ids\": [1, 2], \"token_type_ids\": [0, 1]} | token_type_ids has 1; the model knows 0 to 0",
                "modernbert/mlm | {\"input_ids\": [1, 2], \"position_ids\": [0, 1]} | leave the key out",
                "bert/mlm | {\"input_ids\": [1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]} | rows of 25 tokens; the model reads 24",
            })
    void inputThatCannotBeUsedIsRefusedByName(String name, String json, String message) {
        assertThatThrownBy(() -> Forward.run(Golden.path("encoders/" + name), json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    private static void close(String key, ForwardResult result, Tensor expected) {
        Close.assertClose(
                key,
                Objects.requireNonNull(result.outputs().get(key), key).values(),
                expected.toDoubles(),
                Tolerance.absolute("as in fixtures/encoders", 1e-4));
    }

    private static Object nested(Tensor tensor) {
        if (tensor.rank() > 1) {
            return LongStream.range(0, tensor.size(0))
                    .mapToObj(i -> nested(tensor.select(0, i)))
                    .toList();
        }
        return tensor.dtype() == DType.INT64
                ? Arrays.stream(tensor.toLongs()).boxed().toList()
                : Arrays.stream(tensor.toDoubles()).boxed().toList();
    }
}
