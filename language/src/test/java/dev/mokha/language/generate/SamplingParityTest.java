package dev.mokha.language.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.testkit.Golden;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// Against transformers' logits processors: `fixtures/sampling/make.py`.
final class SamplingParityTest {
    /// Logits up to 20 over temperature 0.3 in float32.
    private static final double TOLERANCE = 1e-5;

    static List<JsonNode> cases() {
        return list(Golden.read("sampling/expected.json").at("cases"));
    }

    private static List<JsonNode> list(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).toList();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theDrawHasTheProbabilitiesThatTransformersLeaves(JsonNode one) {
        float[] logits = new float[one.get("logits").size()];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) one.get("logits").get(i).doubleValue();
        }
        Sampling sampling = sampling(one.get("asked")).withReport(new Report(Report.Of.DRAW, logits.length));
        var choice = new Sampler(sampling, ids(one.get("before")), List.of()).choose(logits);
        Map<Integer, Double> found = new HashMap<>();
        choice.top().forEach(ranked -> found.put(ranked.id(), ranked.logProb()));
        int kept = 0;
        for (int id = 0; id < logits.length; id++) {
            JsonNode expected = one.get("logProbs").get(id);
            if (!expected.isNull()) {
                kept++;
                assertThat(found)
                        .as("token %d of %s", id, one.get("name"))
                        .hasEntrySatisfying(
                                id,
                                logProb -> assertThat(logProb).isCloseTo(expected.doubleValue(), within(TOLERANCE)));
            }
        }
        assertThat(found).hasSize(kept);
        assertThat(choice.logProb()).isEqualTo(found.get(choice.id()));
    }

    private static Sampling sampling(JsonNode asked) {
        Map<Integer, Double> bias = new HashMap<>();
        asked.path("bias")
                .forEach(pair -> bias.put(pair.get(0).intValue(), pair.get(1).doubleValue()));
        List<List<Integer>> banned = new ArrayList<>();
        asked.path("banned")
                .forEach(words ->
                        banned.add(list(words).stream().map(JsonNode::intValue).toList()));
        var stages = new ArrayList<Stage>();
        for (JsonNode stage : asked.path("chain")) {
            double value = stage.get(1).doubleValue();
            stages.add(
                    switch (stage.get(0).stringValue()) {
                        case "temperature" -> new Stage.Temperature(value);
                        case "topK" -> new Stage.TopK((int) value);
                        case "topP" -> new Stage.TopP(value);
                        case "minP" -> new Stage.MinP(value);
                        case "typical" -> new Stage.Typical(value);
                        default -> throw new AssertionError(stage);
                    });
        }
        return Sampling.random(8, 1, 3)
                .withChain(new Chain(stages))
                .withRepetitionPenalty(asked.path("repetition").doubleValue(1))
                .withRules(TokenRules.none().withBias(bias).withBanned(banned));
    }

    private static int[] ids(JsonNode array) {
        return list(array).stream().mapToInt(JsonNode::intValue).toArray();
    }
}
