package dev.mokha.language.stage;

import dev.mokha.text.file.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// What the stages of a run found, each in a JSON file of its own that appears when the stage is done. A
/// rerun reads it instead of doing the stage again.
public final class Ledger {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    private static final TypeReference<LinkedHashMap<String, Object>> FIGURES = new TypeReference<>() {};

    private final Path folder;

    public Ledger(Path folder) {
        this.folder = folder;
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the folder " + folder + ": " + e.getMessage(), e);
        }
    }

    /// {@return what a stage found, or null when it is not done}
    public @Nullable Map<String, Object> find(String stage) {
        Path file = file(stage);
        if (!Files.exists(file)) {
            return null;
        }
        try {
            return JSON.readValue(Files.readString(file), FIGURES);
        } catch (IOException | JacksonException e) {
            throw new IllegalStateException(
                    file + " is damaged (" + e.getMessage() + "); delete it to have its stage run again", e);
        }
    }

    /// Writes down what a stage found.
    public void done(String stage, Map<String, ?> found) {
        Path file = file(stage);
        WholeFile.write(file, JSON.writeValueAsString(found) + "\n");
    }

    private Path file(String stage) {
        return folder.resolve(stage + ".json");
    }
}
