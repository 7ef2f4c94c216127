package dev.mokha.language.pretrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.language.Toys;
import dev.mokha.language.corpus.TextSource;
import dev.mokha.language.encoder.BertConfig;
import dev.mokha.language.encoder.BertFamily;
import dev.mokha.language.encoder.EncoderModel;
import dev.mokha.language.encoder.MaskedLanguageModel;
import dev.mokha.language.encoder.MaskedLanguageModel.Heads;
import dev.mokha.language.encoder.ReplacedTokenDetector;
import dev.mokha.language.masking.Masking;
import dev.mokha.language.masking.SentencePairs;
import dev.mokha.language.masking.Sentences;
import dev.mokha.nn.Params;
import dev.mokha.nn.fit.Fit;
import dev.mokha.nn.fit.Outcome;
import dev.mokha.nn.fit.Progress;
import dev.mokha.nn.fit.StopSignal;
import dev.mokha.nn.optim.AdamW;
import dev.mokha.nn.optim.Schedule;
import dev.mokha.text.tokenizer.Tokenizer;
import dev.mokha.text.train.TrainingProgress;
import dev.mokha.text.train.WordPieceTraining;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MaskedPretrainTest {
    @TempDir
    Path folder;

    private Tokenizer tokenizer;
    private MaskedPretrain.Texts texts;

    @BeforeEach
    void write() throws IOException {
        var documents =
                IntStream.range(0, 24).mapToObj(i -> Toys.english(i, 24)).toList();
        var training = WordPieceTraining.bert(300);
        tokenizer = training.tokenizer(training.train(documents, TrainingProgress.SILENT));
        Path train = folder.resolve("train.txt");
        Path heldOut = folder.resolve("held-out.txt");
        Files.writeString(train, documents.stream().skip(4).collect(Collectors.joining("\n\n")));
        Files.writeString(heldOut, documents.stream().limit(4).collect(Collectors.joining("\n\n")));
        texts = new MaskedPretrain.Texts(
                List.of(TextSource.of(train)), TextSource.of(heldOut), Sentences.of(Locale.ENGLISH));
    }

    private MaskedPretrain recipe(long steps, Fit.Every every) {
        return new MaskedPretrain(
                MaskedPretrain.phases(
                        List.of(new MaskedPretrain.Share(16, 8, 0.6), new MaskedPretrain.Share(32, 4, 0.4)), steps),
                true,
                SentencePairs.Elsewhere.DOCUMENTS,
                Masking.bert(),
                0,
                1,
                new Schedule.WarmupLinear(5e-3, 0, steps / 10, steps),
                AdamW.Config.bert().withBiasCorrection(true),
                1,
                Fit.Precision.FLOAT32,
                every,
                3,
                null);
    }

    private MaskedLanguageModel model(Heads heads, long seed) {
        return new MaskedLanguageModel(BertConfig.tiny(tokenizer.idBound()), Params.fresh(seed), heads);
    }

    private Fit.Result run(MaskedPretrain recipe, MaskedLanguageModel model, String name, StopSignal stop) {
        return recipe.run(model, tokenizer, texts, folder.resolve(name), Toys.stoppingAfter(6, stop), stop);
    }

    private static Map<String, List<Float>> weights(EncoderModel model) {
        var weights = new LinkedHashMap<String, List<Float>>();
        model.params().named().forEach((name, tensor) -> {
            float[] values = tensor.toFloats();
            weights.put(
                    name,
                    IntStream.range(0, values.length).mapToObj(i -> values[i]).toList());
        });
        return weights;
    }

    @Test
    void theLossFallsAndHeldOutTextIsMeasured() {
        try (var model = model(Heads.MASKED_LANGUAGE_AND_NEXT_SENTENCE, 1)) {
            var result = recipe(150, new Fit.Every(10, 0, 0))
                    .run(model, tokenizer, texts, folder.resolve("run"), Progress.none(), new StopSignal());
            assertThat(result.outcome()).isEqualTo(Outcome.FINISHED);
            assertThat(result.bestScore()).isLessThan(5); // ln 300 + ln 2 = 6.4 before
        }
    }

    @Test
    void aStoppedRunGoesOnToTheBitsOfAnUndisturbedOne() {
        for (Heads heads : List.of(Heads.MASKED_LANGUAGE, Heads.MASKED_LANGUAGE_AND_NEXT_SENTENCE)) {
            try (var straight = model(heads, 1);
                    var stopped = model(heads, 1);
                    var resumed = model(heads, 2)) {
                var recipe = recipe(12, new Fit.Every(1, 0, 0));
                recipe.run(straight, tokenizer, texts, folder.resolve(heads + "-a"), Progress.none(), new StopSignal());
                assertThat(run(recipe, stopped, heads + "-b", new StopSignal()).outcome())
                        .isEqualTo(Outcome.STOPPED);
                recipe.run(resumed, tokenizer, texts, folder.resolve(heads + "-b"), Progress.none(), new StopSignal());
                assertThat(weights(resumed)).isEqualTo(weights(straight)).isNotEqualTo(weights(stopped));
            }
        }
    }

    @Test
    void aDiscriminatorLearnsToTellReplacedTokensAndResumesToTheSameBits() {
        BertConfig config = BertConfig.tiny(tokenizer.idBound()).in(BertFamily.ELECTRA);
        var recipe = recipe(12, new Fit.Every(1, 0, 0));
        try (var generator = new MaskedLanguageModel(config, Params.fresh(1), Heads.MASKED_LANGUAGE);
                var straight = new ReplacedTokenDetector(config, Params.fresh(2));
                var again = new MaskedLanguageModel(config, Params.fresh(1), Heads.MASKED_LANGUAGE);
                var stopped = new ReplacedTokenDetector(config, Params.fresh(2));
                var other = new MaskedLanguageModel(config, Params.fresh(3), Heads.MASKED_LANGUAGE);
                var resumed = new ReplacedTokenDetector(config, Params.fresh(4))) {
            recipe.run(generator, straight, tokenizer, texts, folder.resolve("a"), Progress.none(), new StopSignal());
            var stop = new StopSignal();
            recipe.run(again, stopped, tokenizer, texts, folder.resolve("b"), Toys.stoppingAfter(6, stop), stop);
            recipe.run(other, resumed, tokenizer, texts, folder.resolve("b"), Progress.none(), new StopSignal());
            assertThat(weights(resumed)).isEqualTo(weights(straight)).isNotEqualTo(weights(stopped));
            assertThat(weights(other)).isEqualTo(weights(generator));

            var longer = recipe(150, new Fit.Every(10, 0, 0))
                    .run(generator, straight, tokenizer, texts, folder.resolve("c"), Progress.none(), new StopSignal());
            assertThat(longer.bestScore()).isLessThan(0.45); // ln 2 when it does not know
        }
    }

    @Test
    void onlyBertHasANextSentenceHead() {
        assertThatThrownBy(() -> new MaskedLanguageModel(
                        BertConfig.tiny(30).in(BertFamily.ROBERTA),
                        Params.fresh(1),
                        Heads.MASKED_LANGUAGE_AND_NEXT_SENTENCE))
                .hasMessageContaining("only BERT has a next-sentence head, not roberta");
    }
}
