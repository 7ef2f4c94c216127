package dev.mokha.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
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
