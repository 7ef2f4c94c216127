package dev.mokha.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The code of `docs/tensors.md`, run; and the check that the page shows this code.
class GuideTest {
    @TempDir
    private Path folder;

    @Test
    void aStepInAScope() {
        try (var _ = Scope.open("model")) {
            Tensor weight = Tensors.of(new float[] {1, 2}, 1, 2).retain().requiresGrad(true);
            Tensor x = Tensors.of(new float[] {3, 4}, 1, 2);
            double value;
            try (var _ = Scope.open("step")) { // all that this step allocates is freed here
                Tensor loss = Functional.linear(x, weight, null).square().sum(); // (1·3 + 2·4)²
                loss.backward();
                Tensor gradient = Objects.requireNonNull(weight.grad());
                weight.addInPlace(gradient, -0.01);
                weight.clearGrad();
                value = loss.item();
            }
            assertThat(value).isEqualTo(121);
            assertThat(weight.toFloats()).containsExactly(0.34f, 1.12f);
            weight.close();
        }
    }

    @Test
    void weightsInAFile() {
        try (var _ = Scope.open("files")) {
            Map<String, Tensor> weights = Map.of("embed.weight", Tensors.of(new float[] {1, 2, 3, 4}, 2, 2));
            Safetensors.write(folder.resolve("model.safetensors"), weights, Map.of("step", "100"));

            try (var file = Safetensors.open(folder)) {
                assertThat(file.names()).containsExactly("embed.weight");
                assertThat(file.info("embed.weight").shape()).containsExactly(2L, 2L);
                Tensor embed = file.tensor("embed.weight"); // the mapped file itself
                assertThat(embed.select(0, 1).toFloats()).containsExactly(3, 4);
            }
        }
    }

    @Test
    void thePageShowsThisCode() throws IOException {
        Path root = Path.of(System.getProperty("mokha.root"));
        String page = Files.readString(root.resolve("docs/tensors.md"));
        String source =
                squeezed(Files.readString(root.resolve("tensor/src/test/java/dev/mokha/tensor/GuideTest.java")));
        var blocks = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(page);
        int shown = 0;
        while (blocks.find()) {
            assertThat(source).contains(squeezed(blocks.group(1)));
            shown++;
        }
        assertThat(shown).isEqualTo(2);
    }

    private static String squeezed(String code) {
        return code.replaceAll("\\s+", " ").strip();
    }
}
