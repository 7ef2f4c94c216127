package dev.mokha.language.grpo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// `completions.jsonl`: some of the completions that were learned from, a JSON object a line, for people to
/// read. What comes behind the checkpoint that a run resumes from is cut off, so nothing stands in it twice.
final class CompletionsFile {
    private static final String DRAW = "draw";
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Path file;
    private boolean begun;

    CompletionsFile(Path folder) {
        this.file = folder.resolve("completions.jsonl");
    }

    /// Writes completions.
    ///
    /// @param draw how many times completions were drawn before these
    void write(long draw, List<Map<String, Object>> lines) {
        var text = new StringBuilder();
        for (Map<String, Object> line : lines) {
            Map<String, Object> numbered = new LinkedHashMap<>();
            numbered.put(DRAW, draw);
            numbered.putAll(line);
            text.append(JSON.writeValueAsString(numbered)).append('\n');
        }
        try {
            if (!begun) {
                Files.createDirectories(file.toAbsolutePath().getParent());
                cut(draw);
                begun = true;
            }
            Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    private void cut(long draw) throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        List<String> kept = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            if (!isBefore(line, draw)) {
                break;
            }
            kept.add(line);
        }
        Path partial = file.resolveSibling(file.getFileName() + ".partial");
        Files.write(partial, kept);
        Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    /// A line that a killed process did not finish is none.
    private static boolean isBefore(String line, long draw) {
        try {
            return JSON.readTree(line).path(DRAW).asLong(Long.MAX_VALUE) < draw;
        } catch (JacksonException e) {
            return false;
        }
    }
}
