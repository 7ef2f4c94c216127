package dev.mokha.language.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.language.encoder.BertConfig;
import dev.mokha.language.encoder.EncoderBatch;
import dev.mokha.language.encoder.MaskedLanguageModel;
import dev.mokha.language.encoder.MaskedLanguageModel.Heads;
import dev.mokha.language.encoder.ModernBertConfig;
import dev.mokha.language.encoder.Sequence;
import dev.mokha.language.folder.EncoderFolder;
import dev.mokha.language.folder.EncoderParts;
import dev.mokha.language.folder.FolderWriter;
import dev.mokha.nn.Loading;
import dev.mokha.nn.Params;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Scope;
import dev.mokha.text.tokenizer.Tokenizer;
import dev.mokha.text.train.TrainingProgress;
import dev.mokha.text.train.WordPieceTraining;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TextEmbedderTest {
    private static final Offset<Float> CLOSE = Offset.offset(2e-5f);
    private static final List<String> TEXTS =
            List.of("the cat", "a", "the cat sat on the mat and the dog sat", "on the mat", "the dog");

    @TempDir
    private Path folder;

    private Tokenizer tokenizer;

    @BeforeEach
    void write() {
        var training = WordPieceTraining.bert(60);
        tokenizer = training.tokenizer(
                training.train(List.of("the cat sat on the mat and a dog sat on the cat"), TrainingProgress.SILENT));
        var config = BertConfig.bert(tokenizer.idBound(), 4, 64).withInitializerRange(0.2);
        try (var model = new MaskedLanguageModel(config, Params.fresh(1), Heads.MASKED_LANGUAGE_AND_NEXT_SENTENCE)) {
            FolderWriter.write(folder.resolve("model"), model, EncoderParts.of(tokenizer), DType.FLOAT32);
        }
    }

    private List<float[]> embed(EmbedSettings settings) {
        try (var embedder = TextEmbedder.open(folder.resolve("model"), settings)) {
            return embedder.embedAll(TEXTS);
        }
    }

    private static EmbedSettings plain(Pooling pooling) {
        return EmbedSettings.standard().withPooling(pooling).withNormalize(false);
    }

    private static double length(float[] vector) {
        double sum = 0;
        for (float value : vector) {
            sum += (double) value * value;
        }
        return Math.sqrt(sum);
    }

    @Test
    void oneByOneAndTogetherGiveTheSameVectorsInOrder() {
        for (Pooling pooling : Pooling.values()) {
            List<float[]> together = embed(plain(pooling).withBatch(3));
            List<float[]> single = embed(plain(pooling).withBatch(1));
            for (int i = 0; i < TEXTS.size(); i++) {
                assertThat(together.get(i)).as("%s of text %d", pooling, i).containsExactly(single.get(i), CLOSE);
            }
            assertThat(together.get(0)).isNotEqualTo(together.get(1));
        }
    }

    @Test
    void poolingIsWhatPlainLoopsOverTheTokensGive() {
        try (var embedder = TextEmbedder.open(folder.resolve("model"), plain(Pooling.MEAN))) {
            TokenFeatures features = embedder.tokens(TEXTS.get(2), List.of(-1, 2, 1, 0));
            assertThat(features.tokens()).startsWith("[CLS]", "the").endsWith("[SEP]");
            int tokens = features.tokens().size();
            float[] mean = new float[64];
            float[] sum = new float[64];
            float[] wide = new float[256];
            float[] max = new float[64];
            Arrays.fill(max, Float.NEGATIVE_INFINITY);
            for (int layer = 0; layer < 4; layer++) {
                for (float[] row : features.layers().get(layer).vectors()) {
                    for (int k = 0; k < 64; k++) {
                        sum[k] += row[k] / tokens;
                        wide[64 * layer + k] += row[k] / tokens;
                        mean[k] += layer == 0 ? row[k] / tokens : 0;
                        max[k] = layer == 0 ? Math.max(max[k], row[k]) : max[k];
                    }
                }
            }
            assertThat(embed(plain(Pooling.MEAN)).get(2)).containsExactly(mean, CLOSE);
            assertThat(embed(plain(Pooling.MAX)).get(2)).containsExactly(max, CLOSE);
            assertThat(embed(plain(Pooling.CLS)).get(2))
                    .containsExactly(features.layers().getFirst().vectors().getFirst(), CLOSE);
            assertThat(embed(plain(Pooling.LAST_FOUR_SUM)).get(2)).containsExactly(sum, CLOSE);
            assertThat(embed(plain(Pooling.LAST_FOUR_CONCAT)).get(2)).containsExactly(wide, CLOSE);
            assertThatThrownBy(() -> embedder.tokens("a", List.of(4))).hasMessageContaining("layers 0 to 3");
        }
    }

    @Test
    void thePoolerIsThatOfTheFolder() {
        float[] vector = embed(plain(Pooling.POOLER)).getFirst();
        try (var _ = Scope.open("test");
                var model = EncoderFolder.open(folder.resolve("model")).pooledFeaturizer(Loading.forUse(Device.CPU))) {
            float[] direct = model.pooled(
                            EncoderBatch.packed(List.of(Sequence.of(tokenizer.encodeIds(TEXTS.getFirst())))))
                    .toFloats();
            assertThat(vector).containsExactly(direct, CLOSE);
        }
        assertThat(vector).isNotEqualTo(embed(plain(Pooling.CLS)).getFirst());
    }

    @Test
    void normalisedVectorsHaveLengthOneAndShorterOnesAgain() {
        float[] plain = embed(plain(Pooling.MEAN)).getFirst();
        float[] normal = embed(EmbedSettings.standard()).getFirst();
        float[] small = embed(EmbedSettings.standard().withSize(8)).getFirst();
        assertThat(length(normal)).isCloseTo(1, Offset.offset(1e-5));
        assertThat(length(small)).isCloseTo(1, Offset.offset(1e-5));
        double eight = length(Arrays.copyOf(plain, 8));
        for (int k = 0; k < 8; k++) {
            assertThat(normal[k]).isCloseTo((float) (plain[k] / length(plain)), CLOSE);
            assertThat(small[k]).isCloseTo((float) (plain[k] / eight), CLOSE);
        }
        assertThat(small).hasSize(8);
    }

    @Test
    void longTextsAreCutAndCounted() {
        try (var embedder = TextEmbedder.open(
                folder.resolve("model"), EmbedSettings.standard().withMaxLength(4))) {
            assertThat(embedder.tokens("the cat sat on the mat", List.of(-1)).tokens())
                    .hasSize(4)
                    .startsWith("[CLS]")
                    .endsWith("[SEP]");
            embedder.embed("a");
            assertThat(embedder.truncated()).isEqualTo(1);
        }
    }

    @Test
    void aSentenceFolderSaysHowItPools() throws IOException {
        Path model = folder.resolve("model");
        Files.writeString(model.resolve("modules.json"), """
                [{"path": "", "type": "sentence_transformers.models.Transformer"},
                 {"path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}]
                """);
        Path pooling = Files.createDirectories(model.resolve("1_Pooling")).resolve("config.json");
        Files.writeString(pooling, "{\"pooling_mode_cls_token\": true, \"pooling_mode_mean_tokens\": false}");
        Files.writeString(
                model.resolve("sentence_bert_config.json"), "{\"max_seq_length\": 5, \"do_lower_case\": true}");
        assertThat(EmbedSettings.of(model)).isEqualTo(new EmbedSettings(Pooling.CLS, false, null, 5, true, 32));
        try (var embedder = TextEmbedder.open(model)) {
            assertThat(embedder.embed("THE CAT")).isEqualTo(embedder.embed("the cat"));
        }
        Files.writeString(pooling, "{\"pooling_mode_lasttoken\": true}");
        assertThatThrownBy(() -> TextEmbedder.open(model)).hasMessageContaining("'lasttoken'");
        Files.writeString(model.resolve("modules.json"), """
                [{"path": "2_Dense", "type": "sentence_transformers.models.Dense"}]
                """);
        assertThatThrownBy(() -> TextEmbedder.open(model)).hasMessageContaining("models.Dense");
        Files.writeString(model.resolve("modules.json"), """
                [{"path": "../../other", "type": "sentence_transformers.models.Transformer"}]
                """);
        assertThatThrownBy(() -> TextEmbedder.open(model)).hasMessageContaining("outside the folder");
    }

    @Test
    void whatAModelCannotGiveIsRefused() {
        Path modern = folder.resolve("modern");
        try (var model = new MaskedLanguageModel(
                ModernBertConfig.of(tokenizer.idBound(), 2, 64, 96), Params.fresh(1), Heads.MASKED_LANGUAGE)) {
            FolderWriter.write(modern, model, EncoderParts.of(tokenizer), DType.FLOAT32);
        }
        assertThatThrownBy(() -> TextEmbedder.open(modern, plain(Pooling.POOLER)))
                .hasMessageContaining("modernbert has no pooler");
        try (var embedder = TextEmbedder.open(modern, plain(Pooling.LAST_FOUR_SUM))) {
            assertThatThrownBy(() -> embedder.embed("a")).hasMessageContaining("2 layers, not four");
        }
        try (var embedder = TextEmbedder.open(modern, plain(Pooling.CLS))) {
            float[] last = embedder.tokens("the cat", List.of(-1))
                    .layers()
                    .getFirst()
                    .vectors()
                    .getFirst();
            assertThat(embedder.embed("the cat")).containsExactly(last, CLOSE);
        }
        assertThatThrownBy(() -> TextEmbedder.open(
                        folder.resolve("model"), EmbedSettings.standard().withSize(65)))
                .hasMessageContaining("a size of 65");
    }
}
