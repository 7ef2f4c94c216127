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

final class AlignCommandTest {
    private static final String PAIRS = """
            {"prompt": "a", "chosen": "b b", "rejected": "c"}
            {"prompt": "b", "chosen": "b", "rejected": "c c"}
            {"prompt": "c", "chosen": "b", "rejected": "b"}
            """;

    @TempDir
    private Path folder;

    private Path base;
    private Path pairs;
    private Path out;

    @BeforeEach
    void files() throws IOException {
        base = TinyModel.write(folder.resolve("base"));
        pairs = Files.writeString(folder.resolve("pairs.jsonl"), PAIRS);
        out = folder.resolve("run");
    }

    private Run align(Object... more) {
        List<Object> words = new ArrayList<>(List.of("align", base, "--out", out));
        words.addAll(Arrays.asList(more));
        return Run.mokha(words.toArray());
    }

    @Test
    void pairsAreLearnedAndMeasuredBeforeAndAfter() throws IOException {
        Run run = align(
                "--pairs",
                pairs,
                "--held-out",
                pairs,
                "--epochs",
                "30",
                "--batch",
                "2",
                "--lr",
                "3e-3",
                "--context",
                "120");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.err()).contains("line 3: both answers are the same");
        assertThat(run.out()).contains("reward_accuracy", out.resolve("model").toString());
        JsonNode result = JsonMapper.shared().readTree(Files.readString(out.resolve("result.json")));
        assertThat(result.at("/before/reward_margin").asDouble()).isZero();
        assertThat(result.at("/after/reward_margin").asDouble()).isPositive();
        assertThat(result.at("/after/reward_accuracy").asDouble()).isEqualTo(1);
        assertThat(out.resolve("run.json")).content().contains("Dpo[beta=0.1");
        assertThat(out.resolve("model/chat_template.jinja")).exists();
    }

    @Test
    void theReferenceMayBeReadLive() throws IOException {
        Run run = align("--pairs", pairs, "--held-out", pairs, "--lr", "3e-3", "--reference", "live");
        assertThat(run.code()).as(run.err()).isZero();
        JsonNode result = JsonMapper.shared().readTree(Files.readString(out.resolve("result.json")));
        // mapped weights may be rounded otherwise than copies
        assertThat(result.at("/before/reward_margin").asDouble()).isCloseTo(0, within(1e-5));
        assertThat(result.at("/after/chosen_log_ratio").asDouble()).isNotZero();
    }

    @Test
    void adaptersAreTrainedUponTheBaseAsItsReference() throws IOException {
        Run run = align(
                "--pairs",
                pairs,
                "--held-out",
                pairs,
                "--epochs",
                "30",
                "--batch",
                "2",
                "--lr",
                "1e-2",
                "--context",
                "120",
                "--reference",
                "live",
                "--lora-rank",
                "4",
                "--dora");
        assertThat(run.code()).as(run.err()).isZero();
        JsonNode result = JsonMapper.shared().readTree(Files.readString(out.resolve("result.json")));
        assertThat(result.at("/before/reward_margin").asDouble()).isCloseTo(0, within(1e-4));
        assertThat(result.at("/after/reward_accuracy").asDouble()).isEqualTo(1);
        JsonNode config = JsonMapper.shared().readTree(Files.readString(out.resolve("adapter/adapter_config.json")));
        assertThat(config.at("/use_dora").asBoolean()).isTrue();
        assertThat(config.at("/target_modules")).hasSize(7);
        assertThat(config.at("/base_model_name_or_path").asString()).isEqualTo(base.toString());
        assertThat(Run.mokha("generate", out.resolve("model"), "the", "--max-new-tokens", "2")
                        .code())
                .isZero();
    }

    @Test
    void ratedAnswersAndPairsAreLearnedFromTogether() throws IOException {
        Path rated = Files.writeString(folder.resolve("rated.jsonl"), """
                {"prompt": "a", "completion": "b", "label": true}
                {"prompt": "a", "completion": "c", "label": false}
                {"prompt": "b", "completion": "b b", "label": true}
                {"prompt": "b", "completion": "", "label": true}
                """);
        Run run = align(
                "--loss",
                "kto",
                "--desirable-weight",
                "2",
                "--pairs",
                rated,
                "--pairs",
                pairs,
                "--held-out",
                rated,
                "--epochs",
                "40",
                "--batch",
                "3",
                "--lr",
                "3e-3",
                "--context",
                "120");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.err())
                .contains("line 4: the answer is empty")
                .contains("4 good and 3 bad answers", "from 0.75 to 1.00");
        JsonNode result = JsonMapper.shared().readTree(Files.readString(out.resolve("result.json")));
        assertThat(result.at("/before/reward_margin").asDouble()).isZero();
        assertThat(result.at("/before/reward_accuracy").asDouble()).isEqualTo(0.5);
        assertThat(result.at("/after/reward_margin").asDouble()).isPositive();
        assertThat(result.at("/after/kl").asDouble()).isNotNegative();
        assertThat(out.resolve("run.json")).content().contains("Kto[beta=0.1");
    }

    @Test
    void whatIsWrongIsNamedAndNothingIsWritten() throws IOException {
        refused(align("--pairs", folder.resolve("none.jsonl")), 1, "none.jsonl");
        refused(
                align("--pairs", Files.writeString(folder.resolve("x.jsonl"), "{\"chosen\": 1}")),
                1,
                "x.jsonl",
                "line 1");
        refused(align("--pairs", pairs, "--context", "4"), 1, "none of 2 examples fits a context of 4");
        refused(align("--pairs", pairs, "--loss", "dpp"), 2, "'dpp' is none of dpo");
        refused(align("--pairs", pairs, "--reference", "alive"), 2, "'alive' is none of cached, live");
        refused(align("--pairs", pairs, "--desirable-weight", "2"), 2, "--desirable-weight goes with --loss kto");
        refused(align("--pairs", pairs, "--loss", "kto", "--batch", "1"), 1, "two in a batch");
        refused(align("--pairs", pairs, "--loss", "kto", "--undesirable-weight", "0"), 1, "must be above 0");
        refused(align("--pairs", pairs, "--loss", "ipo", "--smoothing", "0.1"), 2, "--smoothing goes with");
        refused(align("--pairs", pairs, "--rslora"), 2, "give --lora-rank");
        refused(
                align("--pairs", pairs, "--lora-rank", "2", "--lora-targets", "query,key"),
                1,
                "'query|key' match no projection; there are q_proj, k_proj");
        refused(align("--pairs", pairs, "--beta", "-1"), 1, "beta must be above 0");
        refused(align("--pairs", pairs, "--held-out-share", "1.5"), 2, "--held-out-share");
    }

    private void refused(Run run, int code, String... named) {
        assertThat(run.err()).contains("error: ").contains(named);
        assertThat(run.code()).isEqualTo(code);
        assertThat(out).doesNotExist();
    }
}
