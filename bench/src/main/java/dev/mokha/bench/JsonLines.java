package dev.mokha.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.json.JsonMapper;

/// One field of each row of a gzip JSON-lines file.
final class JsonLines {
    private JsonLines() {}

    static List<String> read(Path file, String field) throws IOException {
        var json = new JsonMapper();
        var values = new ArrayList<String>();
        try (var lines = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                values.add(json.readTree(line).get(field).asString());
            }
        }
        return values;
    }

    /// {@return a line that is a list of whole numbers}
    static int[] ids(String line) {
        return new JsonMapper().readValue(line, int[].class);
    }
}
