package dev.mokha.cli;

import dev.mokha.cli.facts.JsonFiles;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Texts in a file of lines: each line is a text as it stands, or a JSON string in double quotes.
final class TextLines {
    private TextLines() {}

    /// Reads every line in order.
    ///
    /// @param file standard input when null
    static void forEach(@Nullable Path file, Consumer<String> use) {
        String name = file == null ? "standard input" : file.toString();
        long number = 0;
        try (InputStream in = file == null ? new FileInputStream(FileDescriptor.in) : Files.newInputStream(file);
                var lines = new BufferedReader(new InputStreamReader(
                        in,
                        StandardCharsets.UTF_8
                                .newDecoder()
                                .onMalformedInput(CodingErrorAction.REPORT)
                                .onUnmappableCharacter(CodingErrorAction.REPORT)))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                use.accept(text(line, name + ", line " + number));
            }
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(name + " is not UTF-8 after line " + number, e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(String line, String where) {
        if (line.length() < 2 || !line.startsWith("\"") || !line.endsWith("\"")) {
            return line;
        }
        JsonNode json = JsonFiles.parse(line, where + " (in double quotes, so a JSON string)");
        if (!json.isString()) {
            throw new IllegalArgumentException(where + " is no JSON string");
        }
        return json.stringValue();
    }
}
