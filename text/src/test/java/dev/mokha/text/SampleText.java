package dev.mokha.text;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.json.JsonMapper;

/// The text that the repository ships, for tests that need some.
public final class SampleText {
    private static final JsonMapper JSON = new JsonMapper();

    private SampleText() {}

    /// @param name of a file in `samples/text`, without `.jsonl.gz`
    /// @param field of each row
    public static List<String> read(String name, String field) {
        var documents = new ArrayList<String>();
        Path file = Path.of(System.getProperty("mokha.root"), "samples", "text", name + ".jsonl.gz");
        try (var lines = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                documents.add(JSON.readTree(line).get(field).asString());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return documents;
    }
}
