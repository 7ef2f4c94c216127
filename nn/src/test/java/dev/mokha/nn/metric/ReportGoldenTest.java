package dev.mokha.nn.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.nn.metric.Confusion.Average;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Figures against scikit-learn's and SciPy's: `fixtures/metrics`.
final class ReportGoldenTest {
    private static Stream<JsonNode> cases(String kind) {
        Path file = Path.of(System.getProperty("mokha.root"), "fixtures", "metrics", "expected.json");
        return StreamSupport.stream(
                JsonMapper.builder().build().readTree(file).get(kind).spliterator(), false);
    }

    static Stream<JsonNode> confusions() {
        return cases("confusions");
    }

    static Stream<JsonNode> correlations() {
        return cases("correlations");
    }

    @ParameterizedTest
    @MethodSource("confusions")
    void figuresOfClassesAreThoseOfScikitLearn(JsonNode given) {
        int classes = given.get("classes").intValue();
        var confusion = Confusion.of(classes, ints(given.get("actual")), ints(given.get("predicted")));
        String name = given.get("name").stringValue();
        assertThat(confusion.accuracy()).as(name).isCloseTo(number(given, "accuracy"), within(1e-12));
        assertThat(confusion.matthews()).as(name).isCloseTo(number(given, "matthews"), within(1e-12));
        for (int c = 0; c < classes; c++) {
            assertThat(confusion.f1(c))
                    .as(name)
                    .isCloseTo(given.get("classF1").get(c).doubleValue(), within(1e-12));
        }
        for (Average average : Average.values()) {
            String suffix = "." + average.name().toLowerCase(Locale.ROOT);
            if (average == Average.BINARY && classes != 2) {
                continue;
            }
            assertThat(confusion.f1(average)).as(name + suffix).isCloseTo(number(given, "f1" + suffix), within(1e-12));
            assertThat(confusion.precision(average))
                    .as(name + suffix)
                    .isCloseTo(number(given, "precision" + suffix), within(1e-12));
            assertThat(confusion.recall(average))
                    .as(name + suffix)
                    .isCloseTo(number(given, "recall" + suffix), within(1e-12));
        }
    }

    @ParameterizedTest
    @MethodSource("correlations")
    void correlationsAreThoseOfSciPy(JsonNode given) {
        var correlation = new Correlation(doubles(given.get("actual")), doubles(given.get("predicted")));
        String name = given.get("name").stringValue();
        assertThat(correlation.pearson()).as(name).isCloseTo(number(given, "pearson"), within(1e-12));
        assertThat(correlation.spearman()).as(name).isCloseTo(number(given, "spearman"), within(1e-12));
    }

    private static double number(JsonNode given, String key) {
        return given.get(key).doubleValue();
    }

    private static int[] ints(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .mapToInt(JsonNode::intValue)
                .toArray();
    }

    private static double[] doubles(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .mapToDouble(JsonNode::doubleValue)
                .toArray();
    }
}
