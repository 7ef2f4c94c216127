package dev.mokha.language.question;

import dev.mokha.testkit.Golden;
import dev.mokha.text.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What `fixtures/squad/make.py` wrote.
final class Expected {
    private Expected() {}

    static JsonNode read() throws IOException {
        try (var in = new GZIPInputStream(Files.newInputStream(Golden.path("squad/expected.json.gz")))) {
            return JsonMapper.shared().readTree(in);
        }
    }

    static Tokenizer tokenizer() {
        return Tokenizer.load(Golden.path("tokenizers/bert"));
    }

    static List<Question> questions(JsonNode nodes) {
        List<Question> questions = new ArrayList<>();
        for (JsonNode node : nodes) {
            List<Gold> gold = new ArrayList<>();
            for (JsonNode answer : node.path("answers")) {
                gold.add(new Gold(answer.path("text").stringValue(), Gold.NOWHERE));
            }
            questions.add(new Question(node.path("id").stringValue(), "", "", gold, gold.isEmpty()));
        }
        return questions;
    }

    static Map<String, String> texts(JsonNode node) {
        Map<String, String> out = new LinkedHashMap<>();
        node.properties().forEach(e -> out.put(e.getKey(), e.getValue().stringValue()));
        return out;
    }

    static Map<String, Double> numbers(JsonNode node) {
        Map<String, Double> out = new LinkedHashMap<>();
        node.properties().forEach(e -> out.put(e.getKey(), e.getValue().doubleValue()));
        return out;
    }
}
