package dev.mokha.language.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.language.encoder.BertConfig;
import dev.mokha.language.encoder.BertFamily;
import dev.mokha.language.encoder.EncoderBatch;
import dev.mokha.language.encoder.EncoderModel;
import dev.mokha.language.encoder.Labels;
import dev.mokha.language.encoder.Problem;
import dev.mokha.language.encoder.Sequence;
import dev.mokha.language.encoder.SequenceClassifier;
import dev.mokha.nn.Loading;
import dev.mokha.nn.Params;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Safetensors;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.testkit.Golden;
import dev.mokha.text.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is written is read again as it was; what transformers wrote loses nothing on the way through.
final class EncoderFolderTest {
    @TempDir
    Path temp;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bert/pretraining",
                "bert/mlm",
                "bert/nsp",
                "bert/multi-label",
                "bert/regression",
                "bert/token",
                "bert/choice",
                "bert/span",
                "bert-tanh/pretraining",
                "roberta/mlm",
                "roberta/single-label",
                "distilbert/mlm",
                "distilbert/single-label",
                "distilbert/span",
                "modernbert/mlm",
                "modernbert/regression-mean",
                "modernbert/token",
                "modernbert-bias/mlm"
            })
    void aFolderOfTransformersWrittenAgainIsTheSame(String name) throws IOException {
        Path source = Golden.path("encoders/" + name);
        Path copy = temp.resolve("copy");
        EncoderFolder opened = EncoderFolder.open(source);
        try (var model = opened.model(Loading.forUse(Device.CPU))) {
            FolderWriter.write(copy, model, opened.parts(), DType.FLOAT32);
        }
        EncoderFolder again = EncoderFolder.open(copy);
        assertThat(again.config()).isEqualTo(opened.config());
        assertThat(again.architecture()).isEqualTo(opened.architecture());
        assertThat(again.labels()).isEqualTo(opened.labels());
        try (var a = Safetensors.open(source);
                var b = Safetensors.open(copy);
                var _ = Scope.open()) {
            assertThat(b.names()).isEqualTo(a.names());
            for (String tensor : a.names()) {
                assertThat(b.tensor(tensor).toFloats())
                        .as(tensor)
                        .isEqualTo(a.tensor(tensor).toFloats());
            }
        }
        Map<String, Object> theirs = JsonKeys.parse(Files.readString(source.resolve("config.json")), "theirs")
                .map();
        Map<String, Object> ours = JsonKeys.parse(Files.readString(copy.resolve("config.json")), "ours")
                .map();
        theirs.forEach((key, value) -> {
            if (value != null && !key.equals("transformers_version")) {
                assertThat(ours.get(key)).as(key).isEqualTo(value);
            }
        });
    }

    @Test
    void eitherSpellingOfAModernBertMeansTheSame() throws IOException {
        Path folder = Golden.path("encoders/modernbert/mlm");
        var current = EncoderJson.read(Files.readString(folder.resolve("config.json")));
        var published = EncoderJson.read(Files.readString(folder.resolve("config-published.json")));
        assertThat(shape(published.config())).isEqualTo(shape(current.config()));
        assertThatThrownBy(() -> EncoderJson.read("""
                {"model_type": "modernbert", "vocab_size": 9, "num_hidden_layers": 3,
                 "layer_types": ["full_attention", "full_attention", "sliding_attention"]}
                """)).hasMessageContaining("layer_types");
        assertThatThrownBy(() -> EncoderJson.read("""
                {"model_type": "modernbert", "vocab_size": 9,
                 "rope_parameters": {"full_attention": {"rope_type": "yarn", "factor": 4.0}}}
                """))
                .hasMessageContaining("rotary embedding of full_attention is scaled");
    }

    private static String shape(Object config) {
        return config.toString().replaceFirst(", other=.*", "");
    }

    @Test
    void theTokenizerComesAlongAndNamesItsSpecialTokens() throws IOException {
        Path vocab = temp.resolve("vocab.txt");
        Files.write(vocab, List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "cat", "##s", "sat"));
        Path folder = temp.resolve("model");
        Tokenizer tokenizer = Tokenizer.load(vocab);
        BertConfig config = BertConfig.tiny(9).in(BertFamily.DISTILBERT);
        try (var model = new SequenceClassifier(config, Labels.of(List.of("good", "bad")), Params.fresh(3))) {
            FolderWriter.write(folder, model, EncoderParts.of(tokenizer), DType.BFLOAT16);
        }
        EncoderFolder opened = EncoderFolder.open(folder);
        assertThat(opened.labels()).isEqualTo(new Labels(List.of("good", "bad"), Problem.SINGLE_LABEL));
        assertThat(opened.tokenizer().encodeIds("The cats sat", true)).containsExactly(2, 5, 6, 7, 8, 3);
        assertThat(opened.tokenizerConfig())
                .containsEntry("cls_token", "[CLS]")
                .containsEntry("mask_token", "[MASK]")
                .containsEntry("model_max_length", 64)
                .containsEntry("model_input_names", List.of("input_ids", "attention_mask"));
    }

    @Test
    void aVocabularyAloneIsATokenizerWhoseCaseTheFolderTells() throws IOException {
        Path folder = temp.resolve("old");
        Files.createDirectories(folder);
        Files.write(folder.resolve("vocab.txt"), List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "cat"));
        Files.writeString(
                folder.resolve("config.json"), EncoderJson.write(BertConfig.tiny(7), "BertModel", null, "float32"));
        assertThat(EncoderFolder.open(folder).tokenizer().encodeIds("The cat", false))
                .containsExactly(5, 6);
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"do_lower_case\": false}");
        assertThat(EncoderFolder.open(folder).tokenizer().encodeIds("The cat", false))
                .containsExactly(1, 6);
    }

    @Test
    void aFreshModelComputesTheSameAfterItsFolder() {
        Path folder = temp.resolve("model");
        List<Sequence> sequences = List.of(Sequence.of(2, 5, 6, 3), Sequence.pair(new int[] {2, 7, 3, 8, 3}, 3));
        float[] before;
        try (var _ = Scope.open();
                var _ = Gradients.off();
                var model = new SequenceClassifier(BertConfig.tiny(9), Labels.regression(), Params.fresh(3))) {
            before = model.logits(EncoderBatch.packed(sequences)).toFloats();
            FolderWriter.write(folder, model, EncoderParts.none(), DType.FLOAT32);
        }
        try (var _ = Scope.open();
                var _ = Gradients.off();
                var model = EncoderFolder.open(folder).sequenceClassifier(Loading.forUse(Device.CPU))) {
            assertThat(model.labels().problem()).isEqualTo(Problem.REGRESSION);
            // A mapped file may lie otherwise in memory, and then sums are taken in another order.
            assertThat(model.logits(EncoderBatch.packed(sequences)).toFloats()).containsExactly(before, within(1e-6f));
        }
    }

    @Test
    void aTokenizerWithMoreIdsThanRowsIsRefused() throws IOException {
        Path vocab = temp.resolve("vocab.txt");
        Files.write(vocab, List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "cat"));
        try (EncoderModel model = new SequenceClassifier(BertConfig.tiny(6), Labels.regression(), Params.fresh(3))) {
            assertThatThrownBy(() -> FolderWriter.write(
                            temp.resolve("model"), model, EncoderParts.of(Tokenizer.load(vocab)), DType.FLOAT32))
                    .hasMessageContaining("ids up to 6, the model 6 rows");
        }
        assertThat(temp.resolve("model")).doesNotExist();
    }

    @Test
    void aFolderThatNamesNoClassSaysWhichThereAre() throws IOException {
        Path folder = temp.resolve("model");
        Files.createDirectories(folder);
        Files.writeString(
                folder.resolve("config.json"),
                EncoderJson.write(BertConfig.tiny(7), "BertForEverything", null, "float32"));
        assertThatThrownBy(() -> EncoderFolder.open(folder).model(Loading.forUse(Device.CPU)))
                .hasMessageContaining("BertForEverything")
                .hasMessageContaining("BertForMaskedLM");
    }

    @Test
    void weightsOfTheBareEncoderAndOldNamesAreUnderstood() {
        Path folder = temp.resolve("old");
        var tensors = new LinkedHashMap<String, Tensor>();
        try (var _ = Scope.open();
                var file = Safetensors.open(Golden.path("encoders/bert/mlm"))) {
            for (String name : file.names()) {
                if (name.startsWith("bert.")) {
                    String old = name.substring(5)
                            .replace("LayerNorm.weight", "LayerNorm.gamma")
                            .replace("LayerNorm.bias", "LayerNorm.beta");
                    tensors.put(old, file.tensor(name));
                }
            }
            Files.createDirectories(folder);
            Safetensors.write(folder.resolve("model.safetensors"), tensors, Map.of());
            Files.copy(Golden.path("encoders/bert/mlm").resolve("config.json"), folder.resolve("config.json"));
            try (var model = EncoderFolder.open(folder).featurizer(Loading.forUse(Device.CPU))) {
                assertThat(model.params()
                                .get("bert.embeddings.LayerNorm.weight")
                                .toFloats())
                        .isEqualTo(
                                file.tensor("bert.embeddings.LayerNorm.weight").toFloats());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
