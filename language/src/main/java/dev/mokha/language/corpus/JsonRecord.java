package dev.mokha.language.corpus;

import dev.mokha.text.file.Gunzipped;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// One record of a file of examples: a line of JSON lines, or an element of one JSON array.
///
/// @param value what was read
/// @param where file and line, or file and row of an array: what an error about it begins with
public record JsonRecord(JsonNode value, String where) {
    /// Numbers stay the decimals that they are written as.
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    /// Reads a file, gzipped or not, whole.
    ///
    /// @throws CorpusException naming the file, and the line of what is not JSON
    public static List<JsonRecord> read(Path file) {
        String text = text(file);
        List<JsonRecord> records = new ArrayList<>();
        if (text.stripLeading().startsWith("[")) {
            for (JsonNode element : parse(text, file.toString())) {
                records.add(new JsonRecord(element, file + ", row " + (records.size() + 1)));
            }
            return records;
        }
        long number = 0;
        for (String line : text.lines().toList()) {
            number++;
            if (!line.isBlank()) {
                String where = file + ", line " + number;
                records.add(new JsonRecord(parse(line, where), where));
            }
        }
        return records;
    }

    private static JsonNode parse(String json, String where) {
        try {
            return JSON.readTree(json);
        } catch (JacksonException e) {
            throw new CorpusException(where + ": not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static String text(Path file) {
        try (InputStream plain = Gunzipped.open(file)) {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(plain.readAllBytes()))
                    .toString();
        } catch (NoSuchFileException e) {
            throw new CorpusException("there is no file " + file, e);
        } catch (CharacterCodingException e) {
            throw new CorpusException(file + " is not UTF-8; convert it first (iconv -t UTF-8)", e);
        } catch (IOException e) {
            throw new CorpusException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }
}
