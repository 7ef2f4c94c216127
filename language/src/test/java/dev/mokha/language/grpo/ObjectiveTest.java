package dev.mokha.language.grpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.folder.ModelFolder;
import dev.mokha.language.generate.BatchGenerator.Continuation;
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
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ObjectiveTest {
    private static final Path FIXTURES = Path.of(System.getProperty("mokha.root", ".."), "fixtures");

    /// As `fixtures/grpo/make.py` names them.
    private static final Map<String, Objective> CASES = Map.of(
            "paper", Objective.deepSeekMath(),
            "paper-again", Objective.deepSeekMath(),
            "no-reference", new Objective(0.2, 0.2, 0, Aggregation.SEQUENCE, true, false),
            "dapo", new Objective(0.2, 0.28, 0, Aggregation.TOKEN, true, false),
            "dr-grpo", new Objective(0.2, 0.2, 0, Aggregation.CONSTANT, false, false),
            "masked", new Objective(0.2, 0.2, 0.1, Aggregation.SEQUENCE, true, true),
            "warm", new Objective(0.2, 0.2, 0.04, Aggregation.TOKEN, true, false));

    @ParameterizedTest
    @ValueSource(strings = {"paper", "paper-again", "no-reference", "dapo", "dr-grpo", "masked", "warm"})
    void lossGradientsAndFiguresAreThoseOfTrl(String name) throws IOException {
        JsonNode expected = JsonMapper.shared().readTree(Files.readString(FIXTURES.resolve("grpo/expected.json")));
        JsonNode wanted = expected.at("/cases/" + name);
        Objective objective = Objects.requireNonNull(CASES.get(name));
        var loading = Loading.forTraining(Device.CPU).as(DType.FLOAT64);
        try (var _ = Scope.open("test");
                Decoder model = ModelFolder.open(FIXTURES.resolve("decoders/llama3/model"))
                        .decoder(loading)) {
            Rollout rollout = rollout(expected, wanted);
            double[] advantages = Advantages.of(rollout.scores().total(), rollout.group(), objective.scaled());
            assertThat(advantages).containsExactly(numbers(wanted.get("advantages")), within(1e-12));
            RolloutBatch batch = RolloutBatch.of(
                    rollout,
                    prompts(expected),
                    objective,
                    expected.get("longest").asInt());
            var figures = new GrpoFigures(List.of("given"));
            double temperature = name.equals("warm") ? 0.7 : 1;
            Tensor loss = new GrpoTask(model, objective, temperature, figures, null).loss(batch);
            assertThat(loss.item()).isCloseTo(wanted.get("loss").asDouble(), within(1e-6));
            loss.backward();
            assertThat(gradient(model, "model.norm.weight")).containsExactly(numbers(wanted.get("norm")), within(1e-6));
            assertThat(gradient(model, "model.layers.0.input_layernorm.weight"))
                    .containsExactly(numbers(wanted.get("first")), within(1e-6));
            if (!objective.maskTruncated()) { // TRL leaves the masked completions out of its figures
                Map<String, Double> found = figures.take();
                for (String figure : List.of("entropy", "kl", "clip_ratio/low_mean", "clip_ratio/high_mean")) {
                    if (wanted.get("figures").has(figure)) {
                        assertThat(found.get(figure))
                                .as(figure)
                                .isCloseTo(wanted.get("figures").get(figure).asDouble(), within(1e-6));
                    }
                }
            }
        }
    }

    private static double[] gradient(Decoder model, String name) {
        return Objects.requireNonNull(model.params().get(name).grad()).toDoubles();
    }

    private static List<EncodedPrompt> prompts(JsonNode expected) {
        List<EncodedPrompt> prompts = new ArrayList<>();
        for (JsonNode ids : expected.get("prompts")) {
            prompts.add(new EncodedPrompt(Prompt.of("given", ""), ints(ids)));
        }
        return prompts;
    }

    private static Rollout rollout(JsonNode expected, JsonNode wanted) {
        List<Continuation> drawn = new ArrayList<>();
        for (JsonNode ids : expected.get("completions")) {
            boolean ended = drawn.size() != expected.get("cut").asInt();
            drawn.add(new Continuation(Arrays.stream(ints(ids)).boxed().toList(), ended));
        }
        List<Double> rewards = new ArrayList<>();
        expected.get("rewards").forEach(row -> row.forEach(reward -> rewards.add(reward.asDouble())));
        double[] total = rewards.stream().mapToDouble(Double::doubleValue).toArray();
        JsonNode old = wanted.get("old");
        JsonNode reference = wanted.get("reference");
        return new Rollout(
                new int[] {0, 1},
                drawn,
                new Rewards.Scores(total, List.of(total)),
                old.isNull() ? null : numbers(old),
                reference.isNull() ? null : numbers(reference));
    }

    private static int[] ints(JsonNode node) {
        return IntStream.range(0, node.size()).map(i -> node.get(i).asInt()).toArray();
    }

    private static double[] numbers(JsonNode node) {
        return IntStream.range(0, node.size())
                .mapToDouble(i -> node.get(i).asDouble())
                .toArray();
    }

    /// Equations 3 and 4 of the paper, read word by word.
    @Property(tries = 200)
    void theLossIsThatOfTheEquations(@ForAll long seed, @ForAll Aggregation aggregation, @ForAll boolean mask) {
        var random = new Random(seed);
        var objective = new Objective(0.1 + 0.5 * random.nextDouble(), 0.3, 0.5, aggregation, true, mask);
        int longest = 7;
        List<Continuation> drawn = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            int length = 1 + random.nextInt(longest);
            drawn.add(new Continuation(random.ints(length, 0, 9).boxed().toList(), length < longest));
        }
        int tokens = drawn.stream().mapToInt(one -> one.ids().size()).sum();
        double[] now = random.doubles(tokens, -3, 0).toArray();
        double[] old =
                Arrays.stream(now).map(p -> p + 0.5 * random.nextGaussian()).toArray();
        double[] reference =
                Arrays.stream(now).map(p -> p + 0.5 * random.nextGaussian()).toArray();
        double[] rewards = random.doubles(6).toArray();
        var rollout =
                new Rollout(new int[] {0, 0}, drawn, new Rewards.Scores(rewards, List.of(rewards)), old, reference);
        var prompt = new EncodedPrompt(Prompt.of("given", ""), new int[] {1, 2});
        double[] advantages = Advantages.of(rewards, 3, true);
        double expected = 0;
        int at = 0;
        int counted = drawn.stream()
                .filter(one -> one.ended() || !mask)
                .mapToInt(one -> one.ids().size())
                .sum();
        for (int i = 0; i < drawn.size(); i++) {
            double sum = 0;
            int length = drawn.get(i).ids().size();
            for (int t = 0; t < length; t++, at++) {
                double ratio = Math.exp(now[at] - old[at]);
                double bounded = Math.min(Math.max(ratio, 1 - objective.epsilon()), 1 + objective.epsilonHigh());
                double kl = Math.exp(reference[at]) / Math.exp(now[at]) - (reference[at] - now[at]) - 1;
                sum += Math.min(ratio * advantages[i], bounded * advantages[i]) - objective.beta() * kl;
            }
            double share = switch (aggregation) {
                case SEQUENCE -> 1.0 / length / drawn.size();
                case TOKEN -> 1.0 / Math.max(1, counted);
                case CONSTANT -> 1.0 / longest / drawn.size();
            };
            expected -= mask && !drawn.get(i).ended() ? 0 : share * sum;
        }
        try (var _ = Scope.open("test")) {
            Tensor logProbs = Tensors.of(now, tokens);
            RolloutBatch batch = RolloutBatch.of(rollout, List.of(prompt), objective, longest);
            assertThat(objective.of(logProbs, batch.judged(logProbs)).loss().item())
                    .isCloseTo(expected, within(1e-9));
        }
    }

    @Test
    void aTokenThatHasMovedTooFarIsLeftAlone() {
        try (var _ = Scope.open("test")) {
            // ratios e^0.5, e^-0.5 and e^0.1, the first and the last pushed up, the second down
            Tensor logProbs = Tensors.of(new double[] {-1, -2, -1.4}, 3).requiresGrad(true);
            var judged = new Objective.Judged(
                    Tensors.of(new double[] {1, -1, 1}, 3),
                    Tensors.of(new double[] {1, 1, 1}, 3),
                    Tensors.of(new double[] {-1.5, -1.5, -1.5}, 3),
                    null);
            var terms = new Objective(0.2, 0.28, 0, Aggregation.TOKEN, true, false).of(logProbs, judged);
            terms.loss().backward();
            assertThat(Objects.requireNonNull(logProbs.grad()).toDoubles())
                    .containsExactly(new double[] {0, 0, -Math.exp(0.1)}, within(1e-12));
            assertThat(terms.clippedHigh().toLongs()).containsExactly(1, 0, 0);
            assertThat(terms.clippedLow().toLongs()).containsExactly(0, 1, 0);
            assertThat(terms.kl()).isNull();
        }
    }

    @Test
    void constantsThatMakeNoLossAreRefused() {
        assertThatThrownBy(() -> new Objective(0, 0.2, 0, Aggregation.TOKEN, true, false))
                .hasMessageContaining("were 0.0 and 0.2");
        assertThatThrownBy(() -> new Objective(0.2, 0.2, -1, Aggregation.TOKEN, true, false))
                .hasMessageContaining("beta must be 0 (no reference) or above, was -1");
    }
}
