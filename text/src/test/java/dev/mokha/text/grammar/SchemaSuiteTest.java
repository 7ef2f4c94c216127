package dev.mokha.text.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.testkit.SchemaJudge;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The part of the JSON Schema Test Suite in `fixtures/json-schema`: every schema is supported or refused by
/// name; of those supported, no invalid instance is taken, nearly all valid ones are, and everything drawn is
/// valid.
final class SchemaSuiteTest {
    private static final Path FOLDER = Path.of(System.getProperty("mokha.root"), "fixtures", "json-schema");
    private static final SchemaOptions LITERAL = SchemaOptions.DEFAULT.withReading(SchemaReading.LITERAL);

    private record Case(String name, JsonNode schema, JsonNode tests) {}

    private static List<Case> cases() throws IOException {
        var out = new ArrayList<Case>();
        List<Path> files;
        try (Stream<Path> paths = Files.list(FOLDER)) {
            files = paths.filter(path -> path.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
        for (Path file : files) {
            for (JsonNode one : JsonMapper.shared().readTree(Files.readString(file))) {
                out.add(new Case(
                        file.getFileName() + ": " + one.get("description").asString(),
                        one.get("schema"),
                        one.get("tests")));
            }
        }
        return out;
    }

    @Test
    void noInvalidInstanceIsTaken() throws IOException {
        var refused = new TreeMap<String, Integer>();
        int supported = 0;
        int valid = 0;
        int taken = 0;
        for (Case one : cases()) {
            Grammar grammar;
            try {
                grammar = Grammar.jsonSchema(one.schema.toString(), LITERAL);
            } catch (GrammarException e) {
                if (e.getMessage().contains("matches no text")) {
                    assertThat(one.tests)
                            .as(one.name)
                            .allMatch(test -> !test.get("valid").asBoolean());
                } else {
                    assertThat(e).as(one.name).hasMessageStartingWith("the schema, at #");
                    refused.merge(e.getMessage().replaceFirst("the schema, at \\S+ (\\S+).*", "$1"), 1, Integer::sum);
                }
                continue;
            }
            supported++;
            for (JsonNode test : one.tests) {
                boolean fits = grammar.match(test.get("data").toString()).whole();
                if (test.get("valid").asBoolean()) {
                    valid++;
                    taken += fits ? 1 : 0;
                } else {
                    assertThat(fits).as(one.name + " " + test.get("data")).isFalse();
                }
            }
        }
        assertThat(refused.keySet())
                .isSubsetOf(
                        "$dynamicRef",
                        "$ref",
                        "not",
                        "oneOf",
                        "uniqueItems",
                        "unevaluatedProperties",
                        "minProperties",
                        "propertyNames",
                        "pattern",
                        "multipleOf",
                        "unevaluatedItems",
                        "contains",
                        "if");
        assertThat(supported).isGreaterThan(170);
        // Not taken: properties in another order than the schema's, 1.0 for a whole number, 1e308, numbers of a bound
        // in 1e2.
        assertThat(taken).isGreaterThan(valid * 9 / 10);
    }

    @Test
    void whatIsDrawnIsValid() throws IOException {
        var vocabulary = Vocabularies.fixture("llama3");
        int judged = 0;
        for (Case one : cases()) {
            for (SchemaReading reading : SchemaReading.values()) {
                Grammar grammar;
                try {
                    grammar = Grammar.jsonSchema(one.schema.toString(), SchemaOptions.DEFAULT.withReading(reading));
                } catch (GrammarException _) {
                    continue; // the other test sees to those
                }
                var judge = new SchemaJudge(one.schema);
                var constraint = new Constraint(grammar, vocabulary);
                var random = new SplittableRandom(one.name.hashCode());
                for (int i = 0; i < 3; i++) {
                    String text = Vocabularies.drawn(constraint, random, 30);
                    String verdict = judge.judge(text);
                    if (verdict != null) {
                        judged++;
                        assertThat(verdict).as(one.name + " " + text).isEmpty();
                    }
                }
            }
        }
        assertThat(judged).isGreaterThan(1_000);
    }
}
