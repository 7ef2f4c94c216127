package dev.mokha.language.question;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.testkit.Close;
import dev.mokha.testkit.Tolerance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Windows, answers and files against those of the official code, which the fixture's script ran.
class RunSquadGoldenTest {
    private static final int MAX_ANSWER = 12;
    private static final Pattern PROBABILITY = Pattern.compile("(?<=\"probability\": )(\\S+)(?=,)");
    private static final Tolerance LAST_DIGITS = new Tolerance("the last digits of exp", 0, 1e-14);

    @TempDir
    Path folder;

    @Test
    void windowsAreThoseOfTheOfficialCode() throws IOException {
        int checked = 0;
        for (JsonNode set : Expected.read().path("decoding")) {
            List<List<Window>> windows = windows(set);
            int at = 0;
            for (int q = 0; q < windows.size(); q++) {
                for (Window window : windows.get(q)) {
                    JsonNode expected = set.path("windows").get(at++);
                    assertThat(expected.path("example_index").intValue()).isEqualTo(q);
                    same(window, expected, "question " + set.path("questions").get(q) + ", window " + at);
                    checked++;
                }
            }
            assertThat(at).isEqualTo(set.path("windows").size());
        }
        assertThat(checked).isGreaterThan(500);
    }

    private static void same(Window window, JsonNode expected, String where) {
        assertThat(window.ids()).as(where).isEqualTo(ints(expected.path("ids")));
        assertThat(window.typeIds()).as(where).isEqualTo(ints(expected.path("types")));
        assertThat(new int[] {window.startPosition(), window.endPosition()})
                .as(where)
                .isEqualTo(ints(expected.path("gold")));
        int offset = expected.path("offset").intValue();
        JsonNode max = expected.path("max_context");
        for (int i = 0; i < window.size(); i++) {
            boolean inside = i >= offset && i < offset + max.size();
            assertThat(window.inContext(i)).as(where).isEqualTo(inside);
            assertThat(window.hasMaxContext(i))
                    .as(where)
                    .isEqualTo(inside && max.get(i - offset).booleanValue());
        }
    }

    @Test
    void filesAreThoseOfTheOfficialCodeByteForByte() throws IOException {
        for (JsonNode set : Expected.read().path("decoding")) {
            List<List<Window>> windows = windows(set);
            for (var version : set.path("files").properties()) {
                double threshold = version.getValue().path("threshold").doubleValue();
                var decode = new Decode(20, MAX_ANSWER, !version.getKey().equals("v1"), threshold);
                Map<String, Prediction> predictions = new LinkedHashMap<>();
                int at = 0;
                for (int q = 0; q < windows.size(); q++) {
                    List<SpanLogits> logits = new ArrayList<>();
                    for (int w = 0; w < windows.get(q).size(); w++) {
                        JsonNode expected = set.path("windows").get(at++);
                        logits.add(new SpanLogits(floats(expected.path("start")), floats(expected.path("end"))));
                    }
                    predictions.put(
                            set.path("questions").get(q).path("id").stringValue(), decode.of(windows.get(q), logits));
                }
                Path out = folder.resolve(version.getKey());
                PredictionFiles.write(out, predictions);
                for (String name :
                        List.of(PredictionFiles.PREDICTIONS, PredictionFiles.N_BEST, PredictionFiles.NULL_ODDS)) {
                    JsonNode expected = version.getValue().path(name);
                    assertThat(Files.exists(out.resolve(name))).isEqualTo(expected.isString());
                    if (expected.isString()) {
                        sameText(Files.readString(out.resolve(name)), expected.stringValue());
                    }
                }
                assertThat(PredictionFiles.readAnswers(out.resolve(PredictionFiles.PREDICTIONS)))
                        .hasSize(windows.size());
                Files.deleteIfExists(out.resolve(PredictionFiles.NULL_ODDS));
            }
        }
    }

    /// Equal byte for byte, but for the last digit of a probability: `exp` may differ in it.
    private static void sameText(String actual, String expected) {
        assertThat(PROBABILITY.matcher(actual).replaceAll(""))
                .isEqualTo(PROBABILITY.matcher(expected).replaceAll(""));
        Close.assertClose("probabilities", probabilities(actual), probabilities(expected), LAST_DIGITS);
    }

    private static double[] probabilities(String json) {
        return PROBABILITY
                .matcher(json)
                .results()
                .mapToDouble(found -> Double.parseDouble(found.group(1)))
                .toArray();
    }

    @Test
    void jsonIsWrittenAsPythonWritesIt() throws IOException {
        JsonNode json = Expected.read().path("json");
        Map<String, Object> value = new LinkedHashMap<>();
        json.path("value").properties().forEach(e -> {
            if (e.getValue().isObject()) {
                value.put(e.getKey(), Map.of());
            } else {
                List<Object> list = new ArrayList<>();
                e.getValue().forEach(item -> list.add(item.doubleValue()));
                value.put(e.getKey(), list);
            }
        });
        assertThat(PythonJson.write(value)).isEqualTo(json.path("text").stringValue());
    }

    private static List<List<Window>> windows(JsonNode set) {
        var config = new Windows.Config(
                set.path("max_length").intValue(),
                set.path("max_question").intValue(),
                set.path("stride").intValue());
        var cutter = new Windows(Expected.tokenizer(), config);
        String context = set.path("context").stringValue();
        List<List<Window>> windows = new ArrayList<>();
        for (JsonNode node : set.path("questions")) {
            JsonNode answer = node.path("answer");
            List<Gold> gold = answer.isString()
                    ? List.of(new Gold(answer.stringValue(), context.indexOf(answer.stringValue())))
                    : List.of();
            windows.add(cutter.of(new Question(
                    node.path("id").stringValue(),
                    node.path("question").stringValue(),
                    context,
                    gold,
                    gold.isEmpty())));
        }
        return windows;
    }

    private static int[] ints(JsonNode node) {
        return IntStream.range(0, node.size()).map(i -> node.get(i).intValue()).toArray();
    }

    private static float[] floats(JsonNode node) {
        float[] out = new float[node.size()];
        for (int i = 0; i < out.length; i++) {
            out[i] = (float) node.get(i).doubleValue();
        }
        return out;
    }
}
