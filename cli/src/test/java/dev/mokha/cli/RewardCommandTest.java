package dev.mokha.cli;

import static org.assertj.core.api.Assertions.assertThat;

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

final class RewardCommandTest {
    @TempDir
    private Path folder;

    private Path base;
    private Path pairs;
    private Path conversations;
    private Path out;

    @BeforeEach
    void files() throws IOException {
        base = TinyModel.write(folder.resolve("base"));
        out = folder.resolve("run");
        pairs = Files.writeString(folder.resolve("pairs.jsonl"), """
                {"prompt": "a", "chosen": "b b", "rejected": "c"}
                {"prompt": "b", "chosen": "b", "rejected": "c c", "margin": 0.5}
                """);
        conversations = Files.writeString(folder.resolve("conversations.jsonl"), """
                {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b b"}]}
                {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "c"}]}
                """);
    }

    @Test
    void whatWasTrainedScoresConversations() throws IOException {
        Run run = Run.mokha(
                "reward",
                "train",
                base,
                "--pairs",
                pairs,
                "--held-out",
                pairs,
                "--out",
                out,
                "--epochs",
                "40",
                "--batch",
                "2",
                "--lr",
                "5e-3",
                "--context",
                "120",
                "--centering",
                "0.01");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains("accuracy", out.resolve("model").toString());
        JsonNode result = JsonMapper.shared().readTree(Files.readString(out.resolve("result.json")));
        assertThat(result.at("/after/accuracy").asDouble()).isEqualTo(1);
        assertThat(result.at("/after/loss").asDouble())
                .isLessThan(result.at("/before/loss").asDouble());
        assertThat(out.resolve("run.json")).content().contains("BradleyTerry[centering=0.01]");
        assertThat(out.resolve("model/config.json")).content().contains("LlamaForSequenceClassification");

        Run lines = Run.mokha("reward", "score", out.resolve("model"), "--conversations", conversations);
        assertThat(lines.code()).as(lines.err()).isZero();
        String[] scores = lines.out().strip().split("\n");
        assertThat(scores).hasSize(2);
        assertThat(Double.parseDouble(scores[0])).isGreaterThan(Double.parseDouble(scores[1]));

        Run json = Run.mokha("reward", "score", out.resolve("model"), "--conversations", conversations, "--json");
        JsonNode object = JsonMapper.shared().readTree(json.out());
        assertThat(object.get("scores")).hasSize(2);
        assertThat(object.at("/scores/0").asDouble())
                .isGreaterThan(object.at("/scores/1").asDouble());
    }

    @Test
    void whatIsWrongIsNamed() throws IOException {
        refused(Run.mokha("reward"), 2, "a verb is missing");
        Path empty = Files.writeString(
                folder.resolve("empty.jsonl"),
                Files.readString(conversations) + "{\"prompt\": \"a\", \"completion\": \"\"}");
        refused(Run.mokha("reward", "score", base, "--conversations", empty), 1, "line 3: an answer is empty");
        refused(
                Run.mokha("reward", "score", base, "--conversations", conversations),
                1,
                "no reward model",
                "mokha reward train");
        Path odd = Files.writeString(
                folder.resolve("odd.jsonl"),
                "{\"prompt\": \"a\", \"chosen\": \"b\", \"rejected\": \"c\", \"margin\": \"much\"}");
        refused(train("--pairs", odd), 1, "line 1", "'margin' is \"much\"");
        refused(train("--pairs", pairs, "--context", "4"), 1, "none of 2 examples fits a context of 4");
        refused(train("--pairs", pairs, "--centering", "-1"), 1, "centring coefficient");
        assertThat(out).doesNotExist();
    }

    private Run train(Object... more) {
        var words = new ArrayList<Object>(List.of("reward", "train", base, "--out", out));
        words.addAll(Arrays.asList(more));
        return Run.mokha(words.toArray());
    }

    private static void refused(Run run, int code, String... named) {
        assertThat(run.err()).contains("error: ").contains(named);
        assertThat(run.code()).isEqualTo(code);
    }
}
