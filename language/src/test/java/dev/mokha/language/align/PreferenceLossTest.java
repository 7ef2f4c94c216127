package dev.mokha.language.align;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
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

class PreferenceLossTest {
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
    void lossAndGradientAreThoseOfTrl(String name) {
        JsonNode expected = GoldenAlignment.expected();
        try (var _ = Scope.open("test");
                Decoder model = GoldenAlignment.model()) {
            var task = new PreferenceTask(model, Objects.requireNonNull(CASES.get(name)), List.of());
            GoldenAlignment.requireEqual(task.loss(batch(expected)), model, expected.at("/cases/" + name));
        }
    }

    private static PairBatch batch(JsonNode expected) {
        List<AnswerRow> rows = new ArrayList<>();
        for (int i = 0; i < expected.get("input_ids").size(); i++) {
            int[] ids = GoldenAlignment.ids(expected.get("input_ids").get(i));
            int[] mask = GoldenAlignment.ids(expected.get("completion_mask").get(i));
            int[] labels = IntStream.range(0, ids.length)
                    .map(t -> mask[t] == 1 ? ids[t] : AnswerRow.IGNORED)
                    .toArray();
            rows.add(new AnswerRow(ids, labels, 0));
        }
        double[] reference = DoubleStream.concat(
                        Arrays.stream(GoldenAlignment.numbers(expected.get("ref_chosen_logps"))),
                        Arrays.stream(GoldenAlignment.numbers(expected.get("ref_rejected_logps"))))
                .toArray();
        int pairs = rows.size() / 2;
        List<EncodedPair> encoded = IntStream.range(0, pairs)
                .mapToObj(i -> new EncodedPair(rows.get(i), rows.get(i + pairs), 0))
                .toList();
        return PairBatch.of(encoded, _ -> reference);
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
