package dev.mokha.language.grpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.language.Toys;
import dev.mokha.language.corpus.CorpusException;
import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.folder.ModelFolder;
import dev.mokha.language.generate.Sampling;
import dev.mokha.language.recipe.Recipe;
import dev.mokha.nn.LoRA;
import dev.mokha.nn.Loading;
import dev.mokha.nn.fit.Fit;
import dev.mokha.nn.fit.Outcome;
import dev.mokha.nn.fit.Progress;
import dev.mokha.nn.fit.StopSignal;
import dev.mokha.nn.optim.Schedule;
import dev.mokha.tensor.Device;
import dev.mokha.text.chat.BuiltInTemplate;
import dev.mokha.text.chat.ChatEncoder;
import dev.mokha.text.chat.ChatTemplate;
import dev.mokha.text.chat.Conversation;
import dev.mokha.text.chat.Message;
import dev.mokha.text.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class GrpoTest {
    private static final Tokenizer TOKENIZER = Toys.bytes();
    private static final ChatEncoder CHAT = new ChatEncoder(ChatTemplate.builtIn(BuiltInTemplate.CHATML), TOKENIZER);
    private static final Objective PLAIN = new Objective(0.2, 0.2, 0, Aggregation.SEQUENCE, true, false);

    @TempDir
    Path folder;

    /// The share of a completion's characters that come before the letter `n`: something to climb.
    private static Rewards early() {
        return new Rewards(List.of(new Rewards.Weighted(
                Reward.Scored.each(
                        "early", one -> one.text().chars().filter(c -> c < 'n').count() / (one.tokens() + 1.0)),
                1)));
    }

    private static List<Prompt> prompts() {
        return List.of(Prompt.of("a", "1"), Prompt.of("bcd", "2"), Prompt.of("ef", "3"), Prompt.of("g", "4"));
    }

    private static Grpo recipe(Objective objective, int accumulation, int iterations, long steps) {
        return of(early(), objective, accumulation, iterations, steps, 1);
    }

    private static Grpo of(
            Rewards rewards, Objective objective, int accumulation, int iterations, long steps, int examples) {
        var recipe = new Recipe(
                256,
                2,
                accumulation,
                steps,
                new Schedule.Constant(3e-3),
                Fit.Precision.FLOAT32,
                new Fit.Every(1, 0, 1000),
                3,
                null);
        var drawing = new Grpo.Drawing(4, iterations, Sampling.random(5, 1, 0));
        return new Grpo(rewards, objective, drawing, recipe, examples);
    }

    private static Grpo.Encoded encoded(Grpo recipe, List<Prompt> heldOut) {
        return new Grpo.Encoded(
                TOKENIZER,
                Toys.config().special().eos(),
                recipe.encode(TOKENIZER, CHAT, prompts()),
                recipe.encode(TOKENIZER, CHAT, heldOut));
    }

    private static Decoder fresh() {
        return Decoder.fresh(Toys.config(), 1);
    }

    private static List<JsonNode> lines(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .map(line -> JsonMapper.shared().readTree(line))
                .toList();
    }

    @ParameterizedTest
    @EnumSource(Aggregation.class)
    void whatIsRewardedBecomesLikelier(Aggregation aggregation) throws IOException {
        Grpo recipe = recipe(new Objective(0.2, 0.28, 0.001, aggregation, true, false), 1, 2, 60);
        try (Decoder model = fresh();
                Decoder reference = fresh()) {
            var result =
                    recipe.run(model, reference, encoded(recipe, prompts()), folder, Progress.none(), new StopSignal());
            assertThat(result.fit().outcome()).isEqualTo(Outcome.FINISHED);
            assertThat(result.after()).containsKeys("reward", "rewards/early/mean", "completions/mean_length");
            List<JsonNode> metrics = lines(folder.resolve("metrics.jsonl"));
            double first = metrics.getFirst().get("reward").asDouble();
            double last = metrics.get(59).get("reward").asDouble();
            assertThat(last).isGreaterThan(first + 0.15);
            assertThat(metrics.getFirst().get("kl").asDouble()).isZero();
            assertThat(metrics.get(59).get("kl").asDouble()).isPositive();
            assertThat(metrics.getFirst().propertyNames())
                    .contains(
                            "reward_std",
                            "rewards/early/mean",
                            "rewards/early/std",
                            "frac_reward_zero_std",
                            "entropy",
                            "completions/max_length",
                            "completions/clipped_ratio",
                            "clip_ratio/region_mean");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 5, 6})
    void aStoppedRunGoesOnToTheSameWeightsAlsoBetweenStepsOnTheSameCompletions(long stopAfter) throws IOException {
        Grpo recipe = recipe(new Objective(0.2, 0.2, 0.04, Aggregation.TOKEN, true, true), 2, 3, 9);
        Grpo.Encoded prompts = encoded(recipe, List.of());
        try (Decoder straight = fresh();
                Decoder stopped = fresh();
                Decoder resumed = fresh();
                Decoder reference = fresh()) {
            recipe.run(straight, reference, prompts, folder.resolve("a"), Progress.none(), new StopSignal());
            var stop = new StopSignal();
            Path other = folder.resolve("b");
            var half = recipe.run(stopped, reference, prompts, other, Toys.stoppingAfter(stopAfter, stop), stop);
            assertThat(half.fit().outcome()).isEqualTo(Outcome.STOPPED);
            // what a killed process had written behind its last checkpoint
            Files.writeString(
                    other.resolve("completions.jsonl"),
                    "{\"draw\":4,\"prompt\":\"late\"}\n{\"draw\":",
                    StandardOpenOption.APPEND);
            recipe.run(resumed, reference, prompts, other, Progress.none(), new StopSignal());
            assertThat(Toys.bits(resumed)).isEqualTo(Toys.bits(straight));
            assertThat(other.resolve("completions.jsonl"))
                    .hasSameTextualContentAs(folder.resolve("a").resolve("completions.jsonl"));
        }
    }

    @Test
    void withAdaptersTheModelIsItsOwnReference() throws IOException {
        Grpo recipe = recipe(new Objective(0.2, 0.2, 0.04, Aggregation.SEQUENCE, true, false), 1, 1, 4);
        ModelFolder base = ModelFolder.open(Toys.base(folder.resolve("base"), Toys.config()));
        var lora = new LoRA("q_proj|v_proj", 4, 8, 0, LoRA.Form.LORA, LoRA.Scale.RANK);
        var loading = Loading.forTraining(Device.CPU);
        try (Decoder adapted = base.decoder(loading, lora);
                Decoder other = base.decoder(loading, lora);
                Decoder frozen = base.decoder(loading)) {
            Grpo.Encoded prompts = encoded(recipe, List.of());
            recipe.run(adapted, adapted, prompts, folder.resolve("a"), Progress.none(), new StopSignal());
            recipe.run(other, frozen, prompts, folder.resolve("b"), Progress.none(), new StopSignal());
            assertThat(Toys.bits(adapted)).isEqualTo(Toys.bits(other));
            assertThat(lines(folder.resolve("a").resolve("metrics.jsonl"))
                            .get(3)
                            .get("kl")
                            .asDouble())
                    .isPositive();
        }
    }

    @Test
    void equalRewardsChangeNothingAndAreCounted() throws IOException {
        var same = new Rewards(List.of(new Rewards.Weighted(Reward.Scored.each("same", _ -> 2), 1)));
        Grpo recipe = of(same, PLAIN, 1, 1, 3, 0);
        try (Decoder model = fresh();
                Decoder before = fresh()) {
            recipe.run(model, null, encoded(recipe, List.of()), folder, Progress.none(), new StopSignal());
            assertThat(Toys.bits(model)).isEqualTo(Toys.bits(before));
            JsonNode line = lines(folder.resolve("metrics.jsonl")).getFirst();
            assertThat(line.get("frac_reward_zero_std").asDouble()).isEqualTo(1);
            assertThat(line.get("reward").asDouble()).isEqualTo(2);
            assertThat(line.has("kl")).isFalse();
            assertThat(folder.resolve("completions.jsonl")).doesNotExist();
        }
    }

    @Test
    void examplesSayWhatWasJudgedAndHow() throws IOException {
        Grpo recipe = recipe(PLAIN, 1, 1, 2);
        try (Decoder model = fresh()) {
            recipe.run(model, null, encoded(recipe, List.of()), folder, Progress.none(), new StopSignal());
        }
        List<JsonNode> lines = lines(folder.resolve("completions.jsonl"));
        assertThat(lines).hasSize(2 * 4);
        assertThat(lines.getLast().propertyNames())
                .containsExactly("draw", "prompt", "completion", "ended", "reward", "rewards", "advantage");
        assertThat(lines.getLast().get("draw").asInt()).isEqualTo(1);
        assertThat(lines.subList(0, 4).stream()
                        .mapToDouble(line -> line.get("advantage").asDouble())
                        .sum())
                .isBetween(-1e-9, 1e-9);
    }

    @Test
    void aConversationIsAnsweredByItsTemplate() {
        var asked = new Prompt("1+1?", Conversation.of(new Message.User("1+1?")), Map.of("answer", "2"), "here");
        int[] ids = recipe(PLAIN, 1, 1, 1)
                .encode(TOKENIZER, CHAT, List.of(asked))
                .getFirst()
                .ids();
        assertThat(TOKENIZER.decode(ids, false)).isEqualTo("<|im_start|>user\n1+1?<|im_end|>\n<|im_start|>assistant\n");
    }

    @Test
    void whatCannotBeDoneIsNamed() {
        Grpo recipe = recipe(PLAIN, 1, 1, 1);
        var lengthy = new Prompt("x".repeat(252), null, Map.of(), "long.jsonl, line 9");
        assertThatThrownBy(() -> recipe.encode(TOKENIZER, CHAT, List.of(lengthy)))
                .isInstanceOf(CorpusException.class)
                .hasMessage(
                        "long.jsonl, line 9: the prompt has 252 tokens; with a completion of up to 5 it does not fit"
                                + " a context of 256");
        var empty = new Prompt("", null, Map.of(), "long.jsonl, line 2");
        assertThatThrownBy(() -> recipe.encode(TOKENIZER, CHAT, List.of(empty)))
                .hasMessage("long.jsonl, line 2: the prompt is empty");
        assertThatThrownBy(() -> new Grpo.Encoded(
                        TOKENIZER, List.of(), encoded(recipe, List.of()).train(), List.of()))
                .hasMessageContaining("names no eos token");
        assertThatThrownBy(() -> new Grpo.Encoded(TOKENIZER, List.of(0), List.of(), List.of()))
                .hasMessageContaining("no prompt to learn from");
        assertThatThrownBy(() -> new Grpo.Drawing(1, 1, Sampling.random(5, 1, 0)))
                .hasMessageContaining("at least 2 completions");
        assertThatThrownBy(() -> new Grpo.Drawing(2, 1, Sampling.greedy(5)))
                .hasMessageContaining("at temperature 0 all completions");
        Sampling stopping = Sampling.random(5, 1, 0).withStop(List.of("."));
        assertThatThrownBy(() -> new Grpo.Drawing(2, 1, stopping)).hasMessageContaining("not looked for");
        Recipe wide = recipe.recipe();
        var wider = new Grpo(
                early(),
                PLAIN,
                recipe.drawing(),
                new Recipe(512, 2, 1, 1, wide.schedule(), wide.precision(), wide.every(), 3, null),
                0);
        try (Decoder model = fresh()) {
            assertThatThrownBy(() -> wider.run(
                            model, null, encoded(recipe, List.of()), folder, Progress.none(), new StopSignal()))
                    .hasMessage("a context of 512 is longer than the model's of 256");
            assertThatThrownBy(() -> recipe.run(
                            model, model, encoded(recipe, List.of()), folder, Progress.none(), new StopSignal()))
                    .hasMessageContaining("beta is 0.0, with a reference");
        }
    }
}
