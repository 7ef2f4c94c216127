package dev.mokha.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

final class GenerateCommandTest {
    @TempDir
    private Path folder;

    @Test
    void equalSeedsGiveEqualTextAndJsonSaysWhyItEnded() {
        Path model = TinyModel.write(folder.resolve("model"));
        Object[] command = {
            "generate", model, "the cat", "--temperature", "1", "--seed", "5", "--max-new-tokens", "8", "--json"
        };
        var first = Run.mokha(command);
        assertThat(first.err()).isEmpty();
        assertThat(Run.mokha(command).out()).isEqualTo(first.out());
        var json = new JsonMapper().readTree(first.out());
        assertThat(json.at("/prompt").asString()).isEqualTo("the cat");
        assertThat(json.at("/ids").size()).isBetween(1, 8);
        assertThat(json.at("/end").asString()).isIn("LENGTH", "END_OF_TEXT");
        var streamed =
                Run.mokha("generate", model, "the cat", "--temperature", "1", "--seed", "5", "--max-new-tokens", "8");
        assertThat(streamed.out()).isEqualTo("the cat" + json.at("/text").asString() + System.lineSeparator());
    }

    @Test
    void theWayToTheDrawIsChosen() {
        Path model = TinyModel.write(folder.resolve("model"));
        String plain = ids(model);
        assertThat(ids(model, "--top-k", "1", "--temperature", "3")).isEqualTo(plain);
        assertThat(ids(model, "--mirostat", "2", "--mirostat-target", "0.01", "--temperature", "0.01"))
                .isEqualTo(plain);
        assertThat(ids(model, "--logit-bias", "7=1000", "--ban", "x")).isEqualTo("[7,7,7,7,7,7]");
        assertThat(ids(model, "--allow-id", "7", "--allow-id", "8", "--presence-penalty", "100", "--ignore-eos"))
                .contains("7", "8");
        assertThat(ids(model, "--logit-bias", "7=1000", "--stop-id", "7")).isEqualTo("[7]");
        assertThat(ids(model, "--logit-bias", "7=1000", "--dry-multiplier", "1e9", "--dry-allowed-length", "2"))
                .startsWith("[7,7,7,")
                .isNotEqualTo("[7,7,7,7,7,7]");
        assertThat(Run.mokha("generate", model, "x", "--mirostat", "3").code()).isEqualTo(2);
        assertThat(Run.mokha("generate", model, "x", "--order", "top-q").err()).contains("top-q", "top-n-sigma");
        assertThat(Run.mokha("generate", model, "x", "--mirostat", "1", "--top-k", "3")
                        .err())
                .contains("in place of all cuts");
        var json = new JsonMapper()
                .readTree(Run.mokha("generate", model, "x", "--json", "--log-probs", "2", "--max-new-tokens", "1")
                        .out());
        assertThat(json.at("/log_probs/0/log_prob").doubleValue())
                .isEqualTo(json.at("/log_probs/0/top/0/log_prob").doubleValue())
                .isNegative();
        assertThat(json.at("/log_probs/0/top").size()).isEqualTo(2);
    }

    private static String ids(Path model, String... options) {
        var command = new ArrayList<Object>(List.of("generate", model, "the cat", "--max-new-tokens", "6", "--json"));
        command.addAll(List.of(options));
        var run = Run.mokha(command.toArray());
        assertThat(run.err()).isEmpty();
        return new JsonMapper().readTree(run.out()).at("/ids").toString();
    }

    @Test
    void wrongValuesNameTheRange() {
        Path model = TinyModel.write(folder.resolve("model"));
        assertThat(Run.mokha("generate", model, "x", "--temperature", "-1").err())
                .contains("temperature", "-1");
        assertThat(Run.mokha("generate", model, "x", "--top-p", "1.5").err()).contains("top-p", "1.5");
        assertThat(Run.mokha("generate", model, "x", "--max-new-tokens", "0").err())
                .contains("at least 1");
        var word = Run.mokha("generate", model, "x", "--top-k", "few");
        assertThat(word.code()).isEqualTo(2);
        assertThat(word.err()).contains("--top-k", "few");
        assertThat(Run.mokha("generate", folder.resolve("none"), "x").err()).contains("none");
    }
}
