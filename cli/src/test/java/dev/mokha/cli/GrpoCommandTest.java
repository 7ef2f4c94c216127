package dev.mokha.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class GrpoCommandTest {
    private static final String PROMPTS = """
            {"prompt": "the", "answer": 1}
            {"prompt": "cat", "answer": 2}
            {"prompt": "the dog", "answer": 3}
            {"prompt": "mat", "answer": 4}
            """;

    @TempDir
    private Path folder;

    private Path base;
    private Path prompts;
    private Path out;

    @BeforeEach
    void files() throws IOException {
        base = TinyModel.write(folder.resolve("base"));
        prompts = Files.writeString(folder.resolve("prompts.jsonl"), PROMPTS);
        out = folder.resolve("run");
    }

    private Run grpo(Object... more) {
        List<Object> words = new ArrayList<>(List.of("grpo", base, "--out", out));
        words.addAll(Arrays.asList(more));
        return Run.mokha(words.toArray());
    }

    @Test
    void completionsAreLearnedFromAndMeasuredBeforeAndAfter() throws IOException {
        Run run = grpo(
                "--prompts",
                prompts,
                "--held-out-share",
                "0.25",
                "--reward",
                "format:.*t.*",
                "--reward",
                "0.1*number",
                "--epochs",
                "3",
                "--batch",
                "3",
                "--group",
                "4",
                "--max-new-tokens",
                "6",
                "--beta",
                "0.01",
                "--iterations",
                "2",
                "--lr",
                "1e-3",
                "--context",
                "60");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.err()).contains("reward ", "frac_reward_zero_std");
        assertThat(run.out())
                .contains("rewards/format/mean", out.resolve("model").toString());
        JsonNode result = JsonMapper.shared().readTree(Files.readString(out.resolve("result.json")));
        assertThat(result.get("steps").asInt()).isEqualTo(6);
        assertThat(result.at("/before/reward").isNumber()).isTrue();
        assertThat(result.at("/after/completions/mean_length").isMissingNode()).isTrue();
        assertThat(result.get("after").get("completions/mean_length").asDouble())
                .isBetween(1.0, 6.0);
        assertThat(out.resolve("run.json")).content().contains("Objective[epsilon=0.2", "Format[pattern=.*t.*]");
        assertThat(out.resolve("model/model.safetensors")).exists();
        assertThat(out.resolve("completions.jsonl")).content().contains("\"draw\":2");
    }

    @Test
    void aRewardModelIsARewardBesideOthers() throws IOException {
        Path pairs = Files.writeString(
                folder.resolve("pairs.jsonl"), "{\"prompt\": \"a\", \"chosen\": \"b b\", \"rejected\": \"c\"}");
        Path judge = folder.resolve("judge");
        Run trained = Run.mokha("reward", "train", base, "--pairs", pairs, "--context", "120", "--out", judge);
        assertThat(trained.code()).as(trained.err()).isZero();
        Run run = grpo(
                "--prompts",
                prompts,
                "--reward",
                "format:.*t.*",
                "--reward-model",
                judge.resolve("model"),
                "--reward-model-weight",
                "0.5",
                "--steps",
                "1",
                "--group",
                "2",
                "--max-new-tokens",
                "4");
        assertThat(run.code()).as(run.err()).isZero();
        JsonNode line = JsonMapper.shared()
                .readTree(Files.readAllLines(out.resolve("metrics.jsonl")).getFirst());
        assertThat(line.get("rewards/model/mean").asDouble()).isNotZero();
        assertThat(line.get("reward").asDouble())
                .isCloseTo(
                        line.get("rewards/format/mean").asDouble()
                                + 0.5 * line.get("rewards/model/mean").asDouble(),
                        within(1e-9));
    }

    @Test
    void whatIsWrongIsNamedAndNothingIsWritten() throws IOException {
        refused(grpo("--prompts", folder.resolve("none.jsonl"), "--reward", "number"), 1, "none.jsonl");
        Path words = Files.writeString(folder.resolve("x.jsonl"), "{\"prompt\": \"a\", \"answer\": \"b\"}");
        refused(grpo("--prompts", words, "--reward", "number"), 1, "x.jsonl, line 1", "'b' has no number");
        Path bare = Files.writeString(folder.resolve("y.jsonl"), "{\"prompt\": \"a\"}");
        refused(grpo("--prompts", bare, "--reward", "exact"), 1, "y.jsonl, line 1", "no field 'answer'");
        refused(grpo("--prompts", prompts), 2, "give --reward, --reward-model, or both");
        refused(grpo("--prompts", prompts, "--reward", "nmber"), 2, "'nmber' is none of exact");
        refused(grpo("--prompts", prompts, "--reward", "format:["), 2, "no regular expression");
        refused(grpo("--prompts", prompts, "--reward", "number", "--max-new-tokens", "256"), 1, "context of 256");
        refused(grpo("--prompts", prompts, "--reward", "number", "--system", "x"), 2, "--system goes with --chat");
        refused(grpo("--prompts", prompts, "--reward", "number", "--held-out-share", "1"), 2, "--held-out-share");
        refused(grpo("--prompts", prompts, "--reward", "number", "--aggregation", "sum"), 2, "'sum' is none of");
        refused(grpo("--prompts", prompts, "--reward", "number", "--group", "1"), 1, "at least 2 completions");
    }

    private void refused(Run run, int code, String... named) {
        assertThat(run.err()).contains("error: ").contains(named);
        assertThat(run.code()).isEqualTo(code);
        assertThat(out).doesNotExist();
    }
}
