package dev.mokha.language.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads curves from a run's `metrics.jsonl`.
public final class Curves {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private Curves() {}

    /// {@return every figure whose name begins with a prefix, over the step; the prefix is taken off}
    public static Map<String, Plot.Line> read(Path metrics, String prefix) {
        Map<String, List<Double>> steps = new LinkedHashMap<>();
        Map<String, List<Double>> values = new LinkedHashMap<>();
        try {
            for (String line : Files.readAllLines(metrics)) {
                JsonNode node = JSON.readTree(line);
                for (Map.Entry<String, JsonNode> figure : node.properties()) {
                    if (figure.getKey().startsWith(prefix) && figure.getValue().isNumber()) {
                        String name = figure.getKey().substring(prefix.length());
                        steps.computeIfAbsent(name, _ -> new ArrayList<>())
                                .add(node.path("step").asDouble());
                        values.computeIfAbsent(name, _ -> new ArrayList<>())
                                .add(figure.getValue().asDouble());
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + metrics + ": " + e.getMessage(), e);
        }
        Map<String, Plot.Line> lines = new LinkedHashMap<>();
        steps.forEach((name, x) -> lines.put(name, new Plot.Line(x, values.getOrDefault(name, List.of()))));
        return lines;
    }
}
