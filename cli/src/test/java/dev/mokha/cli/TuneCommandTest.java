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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class TuneCommandTest {
    private static final String CHATS = """
            {"instruction": "a", "output": "the cat sat"}
            {"instruction": "b", "output": "the dog sat"}
            {"instruction": "c", "output": ""}
            {"conversations": [{"from": "human", "value": "d"}, {"from": "gpt", "value": "the mat"}]}
            """;

    @TempDir
    private Path folder;

    private Path base;
    private Path chats;
    private Path out;

    @BeforeEach
    void files() throws IOException {
        base = TinyModel.write(folder.resolve("base"));
        chats = Files.writeString(folder.resolve("chats.jsonl"), CHATS);
        out = folder.resolve("run");
    }

    private Run tune(Object... more) {
        List<Object> words = new ArrayList<>(List.of("tune", base, "--out", out));
        words.addAll(Arrays.asList(more));
        return Run.mokha(words.toArray());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--lora-rank=0", "--lora-rank=4", "--lora-rank=4 --dora --rslora"})
    void conversationsAreLearnedAndMeasuredBeforeAndAfter(String how) throws IOException {
        List<Object> words = new ArrayList<>(
                List.of("--conversations", chats, "--held-out", chats, "--epochs", "40", "--batch", "2"));
        words.addAll(List.of("--lr", "1e-2", "--context", "120", "--packed", "--show", "1"));
        words.addAll(List.of(how.split(" ")));
        Run run = tune(words.toArray());
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.err()).contains("note: left out", "line 3: an answer is empty");
        assertThat(run.out())
                .contains(
                        "=== row 1",
                        "⟦the ",
                        "token_accuracy",
                        out.resolve("model").toString());
        JsonNode result = JsonMapper.shared().readTree(Files.readString(out.resolve("result.json")));
        boolean adapters = !how.equals("--lora-rank=0");
        // below drawn embeddings that stay as they are, adapters of the layers can do little
        assertThat(result.at("/after/loss").asDouble())
                .isLessThan((adapters ? 0.99 : 0.7) * result.at("/before/loss").asDouble());
        assertThat(result.at("/after/token_accuracy").asDouble())
                .isGreaterThanOrEqualTo(result.at("/before/token_accuracy").asDouble());
        assertThat(result.at("/conversations").asInt()).isEqualTo(3);
        assertThat(out.resolve("model/chat_template.jinja")).exists();
        assertThat(Files.exists(out.resolve("adapter/adapter_model.safetensors")))
                .isEqualTo(adapters);
        long trained = result.at("/trained_parameters").asLong();
        assertThat(trained < result.at("/parameters").asLong()).isEqualTo(adapters);
    }

    @Test
    void aRunThatIsDoneGivesTheSameModelAgainAndOtherOptionsAreRefused() throws IOException {
        Object[] words = {"--conversations", chats, "--held-out-share", "0.4", "--epochs", "2", "--lora-rank", "2"};
        assertThat(tune(words).code()).isZero();
        byte[] weights = Files.readAllBytes(out.resolve("model/model.safetensors"));
        JsonNode before = JsonMapper.shared().readTree(Files.readString(out.resolve("result.json")));
        assertThat(before.at("/held_out").asInt()).isEqualTo(1);
        Run again = tune(words);
        assertThat(again.code()).as(again.err()).isZero();
        assertThat(Files.readAllBytes(out.resolve("model/model.safetensors"))).isEqualTo(weights);
        assertThat(JsonMapper.shared().readTree(Files.readString(out.resolve("result.json"))))
                .isEqualTo(before);
        words[words.length - 1] = "3";
        Run other = tune(words);
        assertThat(other.code()).isEqualTo(1);
        assertThat(other.err()).contains("--lora-rank 2, now it is 3");
    }

    @Test
    void whatIsWrongIsNamedAndNothingIsWritten() throws IOException {
        refused(tune("--conversations", folder.resolve("none.jsonl")), 1, "none.jsonl");
        refused(tune("--conversations", file("")), 1, "x.jsonl holds no conversation", "empty");
        refused(tune("--conversations", file("{\"text\": \"a\"}")), 1, "line 1: none of 'messages'", "[text]");
        refused(
                tune("--conversations", file("{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}]}")),
                1,
                "line 1: no message of the assistant");
        refused(
                tune("--conversations", file("{\"messages\": [{\"role\": \"wizard\", \"content\": \"a\"}]}")),
                1,
                "role 'wizard' is none of system, user");
        refused(tune("--conversations", chats, "--context", "5"), 1, "none of 3 conversations", "within 5 tokens");
        refused(tune("--conversations", chats, "--dora"), 2, "give --lora-rank");
        refused(tune("--conversations", chats, "--epochs", "0"), 2, "--epochs is above 0");
        refused(tune("--conversations", chats, "--noise", "-1"), 1, "noise is 0 or more");
        refused(tune("--conversations", chats, "--schedule", "linear"), 2, "'linear' is none of cosine");
        refused(
                tune("--conversations", chats, "--lora-rank", "2", "--lora-targets", "query"),
                1,
                "'query' match no projection; there are q_proj, k_proj, v_proj, o_proj, gate_proj");
    }

    private Path file(String content) throws IOException {
        return Files.writeString(folder.resolve("x.jsonl"), content);
    }

    private void refused(Run run, int code, String... named) {
        assertThat(run.err()).contains("error: ").contains(named);
        assertThat(run.code()).isEqualTo(code);
        assertThat(out).doesNotExist();
    }
}
