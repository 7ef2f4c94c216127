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
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class KtoTest {
    @ParameterizedTest
    @ValueSource(strings = {"kto", "kto-below-zero"})
    void lossGradientAndFiguresAreThoseOfTrl(String name) {
        JsonNode unpaired = GoldenAlignment.expected().get("unpaired");
        JsonNode wanted = unpaired.at("/cases/" + name);
        double[] weights = GoldenAlignment.numbers(wanted.get("weights"));
        try (var _ = Scope.open("test");
                Decoder model = GoldenAlignment.model()) {
            RatingGroup group =
                    RatingGroup.of(answers(unpaired), unpaired.get("max_length").asInt());
            double[] own = GoldenAlignment.numbers(unpaired.get("ref_logps"));
            double[] mismatched = GoldenAlignment.numbers(wanted.get("ref_KL_logps"));
            RatedBatch batch = RatedBatch.of(group, rows -> rows.equals(group.mismatched()) ? mismatched : own);
            var loss = new Kto(0.1, weights[0], weights[1]);
            var figures = new RatedFigures(model, loss);
            figures.add(batch);
            assertThat(figures.means().get("kl")).isCloseTo(wanted.get("kl").asDouble(), within(1e-6));
            double[] rewards = GoldenAlignment.numbers(wanted.get("rewards"));
            assertThat(figures.means().get("desirable_reward")).isCloseTo(rewards[0], within(1e-6));
            assertThat(figures.means().get("undesirable_reward")).isCloseTo(rewards[1], within(1e-6));
            assertThat(figures.means().get("reward_margin")).isCloseTo(rewards[0] - rewards[1], within(1e-6));
            var task = new RatedTask(model, loss, List.of());
            GoldenAlignment.requireEqual(task.loss(batch), model, wanted);
        }
    }

    private static List<EncodedRating> answers(JsonNode unpaired) {
        List<EncodedRating> answers = new ArrayList<>();
        for (int i = 0; i < unpaired.get("label").size(); i++) {
            int[] prompt = GoldenAlignment.ids(unpaired.get("prompt_ids").get(i));
            int[] answer = GoldenAlignment.ids(unpaired.get("completion_ids").get(i));
            int[] ids = IntStream.concat(Arrays.stream(prompt), Arrays.stream(answer))
                    .toArray();
            int[] labels = ids.clone();
            Arrays.fill(labels, 0, prompt.length, AnswerRow.IGNORED);
            answers.add(new EncodedRating(
                    new AnswerRow(ids, labels, prompt.length),
                    unpaired.get("label").get(i).asBoolean()));
        }
        return answers;
    }

    @Test
    void theLossIsAsComputedByHand() {
        try (var _ = Scope.open("test")) {
            Tensor ratios = Tensors.of(new double[] {3, 3}, 2).requiresGrad(true);
            Tensor losses = new Kto(0.5, 2, 3).of(ratios, Tensors.of(new double[] {1, -1}, 2), 1);
            // beta (3 - 1) = 1: a good answer is above the reference point, a bad one should not be
            double above = 1 / (1 + Math.exp(-1));
            assertThat(losses.toDoubles()).containsExactly(new double[] {2 * (1 - above), 3 * above}, within(1e-12));
        }
    }

    @Test
    void bothKindsShouldHaveTheSameSay() {
        assertThat(Kto.of(0.1).isBalanced(100, 100)).isTrue();
        assertThat(Kto.of(0.1).isBalanced(130, 100)).isTrue();
        assertThat(Kto.of(0.1).isBalanced(140, 100)).isFalse();
        assertThat(Kto.of(0.1).isBalanced(90, 100)).isFalse();
        assertThat(new Kto(0.1, 10, 1).isBalanced(10, 90)).isTrue();
    }

    @Test
    void constantsThatMakeNoLossAreRefused() {
        assertThatThrownBy(() -> Kto.of(0)).hasMessageContaining("beta must be above 0, was 0");
        assertThatThrownBy(() -> new Kto(0.1, -1, 1)).hasMessageContaining("weight of good answers");
        assertThatThrownBy(() -> new Kto(0.1, 1, Double.NaN)).hasMessageContaining("weight of bad answers");
    }
}
