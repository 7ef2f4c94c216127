package dev.mokha.language.align;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.folder.ModelFolder;
import dev.mokha.nn.Loading;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PreferenceLossTest {
    private static final Path FIXTURES = Path.of(System.getProperty("mokha.root", ".."), "fixtures");

    /// As `fixtures/alignment/make.py` names them.
    private static final Map<String, PreferenceLoss> CASES = Map.of(
            "dpo", PreferenceLoss.Dpo.of(0.1),
            "dpo-per-token", new PreferenceLoss.Dpo(0.5, 0, true),
            "hinge", new PreferenceLoss.Hinge(0.1),
            "ipo", new PreferenceLoss.Ipo(0.2),
            "simpo", new PreferenceLoss.SimPo(2, 0.5),
            "orpo", new PreferenceLoss.Orpo(0.25));

    @ParameterizedTest
    @ValueSource(strings = {"dpo", "dpo-per-token", "hinge", "ipo", "simpo", "orpo"})
    void lossAndGradientAreThoseOfTrl(String name) throws IOException {
        JsonNode expected = JsonMapper.shared().readTree(Files.readString(FIXTURES.resolve("alignment/expected.json")));
        var loading = Loading.forTraining(Device.CPU).as(DType.FLOAT64);
        try (var _ = Scope.open("test");
                Decoder model = ModelFolder.open(FIXTURES.resolve("decoders/llama3/model"))
                        .decoder(loading)) {
            PairBatch batch = batch(expected);
            Tensor loss = new PreferenceTask(model, Objects.requireNonNull(CASES.get(name)), List.of()).loss(batch);
            JsonNode wanted = expected.at("/cases/" + name);
            assertThat(loss.item()).isCloseTo(wanted.get("loss").asDouble(), within(1e-6));
            loss.backward();
            double[] gradient = Objects.requireNonNull(
                            model.params().get("model.norm.weight").grad())
                    .toDoubles();
            assertThat(gradient).hasSize(wanted.get("gradient").size());
            for (int i = 0; i < gradient.length; i++) {
                assertThat(gradient[i]).isCloseTo(wanted.get("gradient").get(i).asDouble(), within(1e-6));
            }
        }
    }

    private static PairBatch batch(JsonNode expected) {
        int[][] ids = matrix(expected.get("input_ids"));
        int[][] mask = matrix(expected.get("completion_mask"));
        List<AnswerRow> rows = new ArrayList<>();
        for (int i = 0; i < ids.length; i++) {
            int[] labels = ids[i].clone();
            for (int t = 0; t < labels.length; t++) {
                labels[t] = mask[i][t] == 1 ? labels[t] : AnswerRow.IGNORED;
            }
            rows.add(new AnswerRow(ids[i], labels, 0));
        }
        double[] chosen = numbers(expected.get("ref_chosen_logps"));
        double[] rejected = numbers(expected.get("ref_rejected_logps"));
        double[] reference = DoubleStream.concat(Arrays.stream(chosen), Arrays.stream(rejected))
                .toArray();
        int pairs = rows.size() / 2;
        List<EncodedPair> encoded = IntStream.range(0, pairs)
                .mapToObj(i -> new EncodedPair(rows.get(i), rows.get(i + pairs)))
                .toList();
        return PairBatch.of(encoded, _ -> reference);
    }

    private static int[][] matrix(JsonNode node) {
        int[][] rows = new int[node.size()][];
        for (int i = 0; i < rows.length; i++) {
            JsonNode row = node.get(i);
            rows[i] = new int[row.size()];
            for (int j = 0; j < rows[i].length; j++) {
                rows[i][j] = row.get(j).asInt();
            }
        }
        return rows;
    }

    private static double[] numbers(JsonNode node) {
        double[] values = new double[node.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = node.get(i).asDouble();
        }
        return values;
    }

    @Test
    void directPreferenceIsAsComputedByHand() {
        try (var _ = Scope.open("test")) {
            // r(w) = -10 + 12 = 2, r(l) = -9 + 6 = -3: the margin is 0.1 * 5 = 0.5
            double value = of(PreferenceLoss.Dpo.of(0.1), -10, -9, -12, -6).item();
            assertThat(value).isCloseTo(Math.log1p(Math.exp(-0.5)), within(1e-12));
            double smoothed = of(new PreferenceLoss.Dpo(0.1, 0.2, false), -10, -9, -12, -6)
                    .item();
            assertThat(smoothed)
                    .isCloseTo(0.8 * Math.log1p(Math.exp(-0.5)) + 0.2 * Math.log1p(Math.exp(0.5)), within(1e-12));
            assertThat(of(new PreferenceLoss.Hinge(0.1), -10, -9, -12, -6).item())
                    .isCloseTo(0.5, within(1e-12));
            // means over 4 and 3 tokens: 2/4 + 3/3 = 1.5, aimed at 1/(2 * 0.5) = 1
            assertThat(of(new PreferenceLoss.Ipo(0.5), -10, -9, -12, -6).item()).isCloseTo(0.25, within(1e-12));
            // -10/4 + 9/3 = 0.5, times 2, minus 0.4
            assertThat(of(new PreferenceLoss.SimPo(2, 0.4), -10, -9, 0, 0).item())
                    .isCloseTo(Math.log1p(Math.exp(-0.6)), within(1e-12));
            double oddsW = Math.exp(-2.5) / (1 - Math.exp(-2.5));
            double oddsL = Math.exp(-3) / (1 - Math.exp(-3));
            assertThat(of(new PreferenceLoss.Orpo(0.3), -10, -9, 0, 0).item())
                    .isCloseTo(2.5 + 0.3 * Math.log1p(oddsL / oddsW), within(1e-12));
        }
    }

    @Test
    void theFirstStepAlreadyLearns() {
        try (var _ = Scope.open("test")) {
            Tensor chosen = Tensors.of(new double[] {-10}, 1).requiresGrad(true);
            var policy = new AnswerScores(chosen, Tensors.of(new double[] {-9}, 1));
            var lengths = AnswerScores.Lengths.of(List.of(4), List.of(3));
            // the model is its own reference: the margin is 0, and d/dr(w) = -beta * sigma(0)
            PreferenceLoss.Dpo.of(0.1)
                    .of(policy, AnswerScores.of(new double[] {-10}, new double[] {-9}), lengths)
                    .mean()
                    .backward();
            assertThat(Objects.requireNonNull(chosen.grad()).item()).isCloseTo(-0.05, within(1e-12));
        }
    }

    @Test
    void constantsThatMakeNoLossAreRefused() {
        assertThatThrownBy(() -> PreferenceLoss.Dpo.of(0)).hasMessageContaining("beta must be above 0, was 0");
        assertThatThrownBy(() -> new PreferenceLoss.Dpo(0.1, 0.5, false)).hasMessageContaining("below 0.5");
    }

    private static Tensor of(PreferenceLoss loss, double w, double l, double refW, double refL) {
        return loss.of(
                AnswerScores.of(new double[] {w}, new double[] {l}),
                AnswerScores.of(new double[] {refW}, new double[] {refL}),
                AnswerScores.Lengths.of(List.of(4), List.of(3)));
    }
}
