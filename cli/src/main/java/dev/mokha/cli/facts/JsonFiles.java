package dev.mokha.cli.facts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// JSON files from other hands.
public final class JsonFiles {
    private static final JsonMapper MAPPER = new JsonMapper();

    private JsonFiles() {}

    /// {@return the object that a file holds}
    public static ObjectNode object(Path file) {
        if (parse(text(file), file.toString()) instanceof ObjectNode object) {
            return object;
        }
        throw new IllegalArgumentException(file + " holds no JSON object");
    }

    /// {@return the value of a text}
    /// @param name what to call it in errors
    public static JsonNode parse(String text, String name) {
        try {
            JsonNode json = MAPPER.readTree(text);
            if (json.isMissingNode()) {
                throw new IllegalArgumentException(name + " is empty, expected JSON");
            }
            return json;
        } catch (JacksonException e) {
            var at = e.getLocation();
            throw new IllegalArgumentException(
                    name + " is no valid JSON at line " + at.getLineNr() + ", column " + at.getColumnNr() + ": "
                            + e.getOriginalMessage(),
                    e);
        }
    }

    /// Writes a file whole or not at all.
    public static void write(Path file, String text) {
        Path part = file.resolveSibling("." + file.getFileName() + ".part");
        try {
            Files.writeString(part, text);
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            deleteQuietly(part);
        }
    }

    /// {@return the text of a file}
    public static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(file + " is not UTF-8 text", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void deleteQuietly(Path part) {
        try {
            Files.deleteIfExists(part);
        } catch (IOException _) {
            // a leftover with a name of its own harms nobody
        }
    }
}
