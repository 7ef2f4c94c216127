package dev.mokha.language.folder;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A configuration comes from elsewhere: any text is read or refused with a reason, and what is read is written so that
/// it is read as the same.
final class EncoderConfigFuzzTest {
    private static final String[] TYPES = {"bert", "roberta", "distilbert", "electra", "modernbert"};

    @FuzzTest(maxDuration = "5s")
    void anyTextIsReadOrRefused(FuzzedDataProvider data) {
        String type = data.pickValue(TYPES);
        String json =
                "{\"model_type\": \"" + type + "\", \"vocab_size\": 50300, " + data.consumeRemainingAsString() + "}";
        EncoderJson.Content content;
        try {
            content = EncoderJson.read(json);
        } catch (IllegalArgumentException e) {
            Assertions.assertNotNull(e.getMessage());
            return;
        }
        String architecture = content.architecture() == null ? "BertModel" : content.architecture();
        String written = EncoderJson.write(content.config(), architecture, content.labels(), "float32");
        Assertions.assertEquals(content.config(), EncoderJson.read(written).config());
        Assertions.assertEquals(content.labels(), EncoderJson.read(written).labels());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"model_type\": \"gpt2\" | model_type 'gpt2' is not an encoder",
                "\"model_type\": \"bert\" | vocab_size",
                "\"model_type\": \"bert\", \"vocab_size\": 9, \"hidden_act\": \"mish\" | unknown activation 'mish'",
                "\"model_type\": \"bert\", \"vocab_size\": 9, \"position_embedding_type\": \"relative_key\" | relative_key",
                "\"model_type\": \"bert\", \"vocab_size\": 9, \"id2label\": {\"0\": \"a\", \"2\": \"b\"} | none for 1",
                "\"model_type\": \"bert\", \"vocab_size\": 9, \"id2label\": [1] | id2label must be an object",
                "\"model_type\": \"modernbert\", \"vocab_size\": 60000, \"classifier_pooling\": \"max\" | it is cls or mean",
                "\"model_type\": \"modernbert\", \"vocab_size\": 60000, \"num_hidden_layers\": 2000000 | no such model",
            })
    void whatIsNotComputedIsRefusedByName(String keys, String message) {
        assertThatThrownBy(() -> EncoderJson.read("{" + keys + "}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
