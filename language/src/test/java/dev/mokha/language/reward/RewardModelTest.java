package dev.mokha.language.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.language.Toys;
import dev.mokha.language.align.AnswerRow;
import dev.mokha.language.align.EncodedPair;
import dev.mokha.language.decoder.RewardModel;
import dev.mokha.language.decoder.SpecialIds;
import dev.mokha.language.folder.FolderParts;
import dev.mokha.language.folder.FolderWriter;
import dev.mokha.language.folder.ModelFolder;
import dev.mokha.nn.Loading;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RewardModelTest {
    /// Both sides compute in double precision, but for the rotary angles, which transformers has in single.
    private static final double TOLERANCE = 1e-6;

    private static final Path FIXTURE = Path.of(System.getProperty("mokha.root", ".."), "fixtures/reward");
    private static final Loading EXACT = Loading.forTraining(Device.CPU).as(DType.FLOAT64);

    @TempDir
    Path folder;

    private static JsonNode expected() {
        try {
            return JsonMapper.shared().readTree(Files.readString(FIXTURE.resolve("expected.json")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<int[]> texts(JsonNode expected) {
        List<int[]> texts = new ArrayList<>();
        for (JsonNode text : expected.get("texts")) {
            texts.add(IntStream.range(0, text.size())
                    .map(i -> text.get(i).asInt())
                    .toArray());
        }
        return texts;
    }

    private static double[] numbers(JsonNode row) {
        return IntStream.range(0, row.size())
                .mapToDouble(i -> row.get(i).asDouble())
                .toArray();
    }

    @Test
    void scoresAreThoseOfTransformersAlsoBehindPadding() {
        JsonNode expected = expected();
        try (var _ = Scope.open("test");
                RewardModel model = ModelFolder.open(FIXTURE.resolve("model")).rewardModel(EXACT)) {
            double[] wanted = numbers(expected.get("scores"));
            List<int[]> texts = texts(expected);
            assertThat(model.scores(texts).toDoubles()).containsExactly(wanted, within(TOLERANCE));
            // alone or in company
            for (int i = 0; i < wanted.length; i++) {
                assertThat(model.scores(texts.subList(i, i + 1)).item()).isCloseTo(wanted[i], within(TOLERANCE));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "margin", "centred"})
    void lossAndGradientsAreThoseOfTrl(String name) {
        JsonNode expected = expected();
        JsonNode wanted = expected.at("/cases/" + name);
        double[] margins = numbers(wanted.get("margin"));
        List<AnswerRow> rows =
                texts(expected).stream().map(ids -> new AnswerRow(ids, ids, 0)).toList();
        List<EncodedPair> pairs = IntStream.range(0, margins.length)
                .mapToObj(i -> new EncodedPair(rows.get(i), rows.get(i + margins.length), margins[i]))
                .toList();
        try (var _ = Scope.open("test");
                RewardModel model = ModelFolder.open(FIXTURE.resolve("model")).rewardModel(EXACT)) {
            var loss = new BradleyTerry(wanted.get("centering").asDouble());
            Tensor value = new RewardTask(model, loss, List.of()).loss(pairs);
            assertThat(value.item()).isCloseTo(wanted.get("loss").asDouble(), within(TOLERANCE));
            value.backward();
            assertThat(gradient(model, "model.norm.weight"))
                    .containsExactly(numbers(wanted.get("gradient")), within(TOLERANCE));
            assertThat(gradient(model, "score.weight"))
                    .containsExactly(numbers(wanted.get("score_gradient")), within(TOLERANCE));
        }
    }

    private static double[] gradient(RewardModel model, String name) {
        return Objects.requireNonNull(model.params().get(name).grad()).toDoubles();
    }

    @Test
    void theLossIsAsComputedByHand() {
        try (var _ = Scope.open("test")) {
            Tensor chosen = Tensors.of(new double[] {2}, 1);
            Tensor rejected = Tensors.of(new double[] {0.5}, 1);
            // the margin of 1.5 is 1 more than asked for; (2 + 0.5)^2 = 6.25
            double value = new BradleyTerry(0.1)
                    .of(chosen, rejected, Tensors.of(new double[] {0.5}, 1))
                    .item();
            assertThat(value).isCloseTo(Math.log1p(Math.exp(-1)) + 0.625, within(1e-12));
            assertThatThrownBy(() -> new BradleyTerry(-1)).hasMessageContaining("0 or more, not -1");
        }
    }

    @Test
    void aFolderThatIsWrittenScoresAsTheOneThatWasRead() throws IOException {
        ModelFolder read = ModelFolder.open(FIXTURE.resolve("model"));
        Path target = folder.resolve("copy");
        double[] before;
        try (var _ = Scope.open("test");
                RewardModel model = read.rewardModel(Loading.forUse(Device.CPU))) {
            before = model.scores(texts(expected())).toDoubles();
            FolderWriter.write(target, model, read.parts(), DType.FLOAT32);
        }
        try (var _ = Scope.open("test");
                RewardModel model = ModelFolder.open(target).rewardModel(Loading.forUse(Device.CPU))) {
            assertThat(model.scores(texts(expected())).toDoubles()).containsExactly(before, within(1e-5));
        }
        JsonNode config = JsonMapper.shared().readTree(Files.readString(target.resolve("config.json")));
        JsonNode published = JsonMapper.shared().readTree(Files.readString(FIXTURE.resolve("model/config.json")));
        for (String key : List.of("architectures", "id2label", "label2id", "pad_token_id", "tie_word_embeddings")) {
            assertThat(config.get(key)).as(key).isEqualTo(published.get(key));
        }
    }

    @Test
    void aDecoderBecomesARewardModelOnlyWhereThatIsAskedFor() throws IOException {
        Path base = Toys.base(folder.resolve("base"), Toys.config());
        ModelFolder opened = ModelFolder.open(base);
        assertThatThrownBy(() -> opened.rewardModel(Loading.forUse(Device.CPU)))
                .hasMessageContaining("no reward model")
                .hasMessageContaining("reward train");
        Loading drawing =
                Loading.forTraining(Device.CPU).drawing(RewardModel.HEAD).seed(3);
        try (RewardModel model = opened.rewardModel(drawing);
                RewardModel same = opened.rewardModel(drawing)) {
            assertThat(model.params().named()).containsKey("score.weight").doesNotContainKey("lm_head.weight");
            try (var _ = Scope.open("test")) {
                assertThat(model.params().get("score.weight").toDoubles())
                        .hasSize(32)
                        .isEqualTo(same.params().get("score.weight").toDoubles());
            }
        }
    }

    @Test
    void aModelWithoutPaddingGetsTheEndOfTextForIt() {
        var special = Toys.config().special();
        var config = Toys.config().withSpecial(new SpecialIds(special.bos(), special.eos(), null));
        ModelFolder opened = ModelFolder.open(Toys.base(folder.resolve("base"), config));
        try (RewardModel model =
                opened.rewardModel(Loading.forTraining(Device.CPU).drawing(RewardModel.HEAD))) {
            assertThat(model.config().special().pad()).isEqualTo(Toys.END_OF_TEXT);
            FolderWriter.write(folder.resolve("out"), model, FolderParts.of(Toys.bytes(), special), DType.FLOAT32);
        }
        assertThat(ModelFolder.open(folder.resolve("out")).config().special().pad())
                .isEqualTo(Toys.END_OF_TEXT);
        assertThat(ModelFolder.open(folder.resolve("out")).tokenizerConfig())
                .containsEntry("pad_token", "<|endoftext|>");
    }

    @Test
    void aTextWithoutTokensIsRefused() {
        try (RewardModel model = ModelFolder.open(FIXTURE.resolve("model")).rewardModel(EXACT)) {
            assertThatThrownBy(() -> model.scores(List.of(new int[] {5}, new int[0])))
                    .hasMessageContaining("text 2 has no tokens");
        }
    }
}
