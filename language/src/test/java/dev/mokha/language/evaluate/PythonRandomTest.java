package dev.mokha.language.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.testkit.Golden;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Draws against Python's own, in `fixtures/evaluation/draws.json`.
final class PythonRandomTest {
    @Test
    void drawsAsPython() {
        JsonNode all = Golden.read("evaluation/draws.json").at("");
        assertThat(all.size()).isPositive();
        for (JsonNode one : all) {
            var random = new PythonRandom(one.path("seed").asInt());
            List<Integer> items =
                    IntStream.range(0, one.path("n").asInt()).boxed().toList();
            for (JsonNode draw : one.path("draws")) {
                List<Integer> theirs = new ArrayList<>();
                draw.forEach(number -> theirs.add(number.asInt()));
                assertThat(random.sample(items, one.path("count").asInt()))
                        .as(one.toString())
                        .isEqualTo(theirs);
            }
        }
    }
}
