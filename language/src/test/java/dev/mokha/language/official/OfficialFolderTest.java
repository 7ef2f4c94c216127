package dev.mokha.language.official;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.language.folder.EncoderCall;
import dev.mokha.language.folder.EncoderFolder;
import dev.mokha.language.folder.FolderWriter;
import dev.mokha.nn.Loading;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Safetensors;
import dev.mokha.tensor.Scope;
import dev.mokha.testkit.Close;
import dev.mokha.testkit.Golden;
import dev.mokha.testkit.Tolerance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The official checkpoint computes what transformers computes with its weights and the tanh.
final class OfficialFolderTest {
    private static final Path OFFICIAL = Golden.path("encoders/bert-official");

    @TempDir
    Path temp;

    @ParameterizedTest
    @ValueSource(strings = {"bert_model.ckpt", "bert_model.safetensors"})
    void itsOutputsAreThoseOfTransformersBeforeAndAfterConversion(String files) throws IOException {
        try (var all = Files.list(OFFICIAL)) {
            for (Path file : all.toList()) {
                String name = file.getFileName().toString();
                if (name.startsWith(files) || name.equals("bert_config.json")) {
                    Files.copy(file, temp.resolve(name));
                }
            }
        }
        Files.write(temp.resolve("vocab.txt"), List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "cat"));
        OfficialFolder opened = OfficialFolder.open(temp);
        Path target = temp.resolve("converted");
        try (var _ = Scope.open();
                var _ = Gradients.off();
                var file = Safetensors.open(Golden.path("encoders/bert-tanh/pretraining/expected.safetensors"));
                var model = opened.model(Loading.forUse(Device.CPU))) {
            assertThat(model.architecture()).isEqualTo("BertForPreTraining");
            var inputs = new LinkedHashMap<String, dev.mokha.tensor.Tensor>();
            for (String key :
                    List.of("input_ids", "attention_mask", "token_type_ids", "labels", "next_sentence_label")) {
                inputs.put(key, file.tensor(key));
            }
            compare(EncoderCall.of(inputs).run(model, false), file);
            FolderWriter.write(target, model, opened.parts(), DType.FLOAT32);
            EncoderFolder converted = EncoderFolder.open(target);
            assertThat(converted.tokenizer().encodeIds("the cat", true)).containsExactly(2, 5, 6, 3);
            try (var again = converted.model(Loading.forUse(Device.CPU))) {
                compare(EncoderCall.of(inputs).run(again, false), file);
            }
        }
    }

    private static void compare(Map<String, dev.mokha.tensor.Tensor> outputs, Safetensors expected) {
        for (String key : List.of("loss", "seq_relationship_logits", "pooler_output")) {
            Close.assertClose(
                    key,
                    Objects.requireNonNull(outputs.get(key), key).toFloats(),
                    expected.tensor(key).toDoubles(),
                    Tolerance.absolute("as in fixtures/encoders", 1e-4));
        }
    }

    @Test
    void whatIsMissingIsNamed() throws IOException {
        assertThatThrownBy(() -> OfficialFolder.open(temp)).hasMessageContaining("it has no bert_config.json");
        Files.copy(OFFICIAL.resolve("bert_config.json"), temp.resolve("bert_config.json"));
        assertThatThrownBy(() -> OfficialFolder.open(temp)).hasMessageContaining("no file ends in .ckpt.index");
        Files.writeString(temp.resolve("a.index"), "");
        Files.writeString(temp.resolve("b.index"), "");
        assertThatThrownBy(() -> OfficialFolder.open(temp)).hasMessageContaining("several checkpoints");
        Files.writeString(temp.resolve("bert_config.json"), "{}");
        assertThatThrownBy(() -> OfficialFolder.open(temp)).hasMessageContaining("vocab_size");
    }
}
