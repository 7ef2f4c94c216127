package dev.mokha.language.corpus;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Text in files: JSON lines with a field for the text, or plain text with blank lines between documents;
/// either may be gzipped; a folder stands for all such files in it, in the order of their names.
///
/// A `format` puts several fields of a JSON line together, so that parallel text can be a source of its own:
/// `"{en}\n{ar}"`, or `"English: {en}\nArabic: {ar}"`. Of several formats each line takes the next in turn,
/// so that a model does not learn one of them by heart.
///
/// @param path a file, or a folder of them
/// @param formats the text of a JSON line with `{field}` where a field's value goes; `{text}` by default
public record TextSource(Path path, List<String> formats) {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Pattern FIELD = Pattern.compile("\\{(\\w+)}");

    public TextSource {
        formats = List.copyOf(formats);
        for (String format : formats) {
            if (!FIELD.matcher(format).find()) {
                throw new IllegalArgumentException(
                        "the format '" + format + "' names no field; write one in braces, such as {text}");
            }
        }
        if (formats.isEmpty()) {
            throw new IllegalArgumentException("text needs a format, such as {text}");
        }
    }

    /// Text of one format.
    public TextSource(Path path, String format) {
        this(path, List.of(format));
    }

    /// The field `text` of JSON lines, or plain text.
    public static TextSource of(Path path) {
        return new TextSource(path, "{text}");
    }

    /// {@return the formats in one line, for logs}
    public String format() {
        return String.join(" | ", formats);
    }

    /// {@return whether a document is made of several fields, as parallel text is}
    public boolean joinsFields() {
        return formats.stream()
                .anyMatch(format -> FIELD.matcher(format)
                                .results()
                                .map(field -> field.group(1))
                                .distinct()
                                .count()
                        > 1);
    }

    /// Reads every document in order, holding one at a time.
    ///
    /// @throws CorpusException naming file and line of what cannot be read
    public void forEach(Consumer<Document> use) {
        for (Path file : files()) {
            try (InputStream raw = Files.newInputStream(file);
                    InputStream bytes = isGzip(file) ? new GZIPInputStream(raw, 1 << 16) : raw;
                    var lines = new BufferedReader(new InputStreamReader(bytes, strictUtf8()), 1 << 16)) {
                if (isJson(file)) {
                    readJson(file, lines, use);
                } else {
                    readPlain(file, lines, use);
                }
            } catch (CharacterCodingException e) {
                throw new CorpusException(file + " is not UTF-8; convert it first (iconv -t UTF-8)", e);
            } catch (IOException e) {
                throw new CorpusException("cannot read " + file + ": " + e.getMessage(), e);
            }
        }
    }

    /// {@return all documents at once: for held-out text}
    public List<Document> all() {
        List<Document> documents = new ArrayList<>();
        forEach(documents::add);
        return documents;
    }

    /// {@return the files read, in order}
    /// @throws CorpusException when there are none
    public List<Path> files() {
        if (!Files.exists(path)) {
            throw new CorpusException("there is no file or folder " + path);
        }
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        try (Stream<Path> inside = Files.list(path)) {
            List<Path> files = inside.filter(file -> isJson(file) || isPlain(file))
                    .sorted()
                    .toList();
            if (files.isEmpty()) {
                throw new CorpusException("folder " + path + " holds no .jsonl or .txt file, gzipped or not");
            }
            return files;
        } catch (IOException e) {
            throw new CorpusException("cannot list " + path + ": " + e.getMessage(), e);
        }
    }

    private void readJson(Path file, BufferedReader lines, Consumer<Document> use) throws IOException {
        long number = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            String where = file.getFileName() + ":" + number;
            JsonNode node;
            try {
                node = JSON.readTree(line);
            } catch (JacksonException e) {
                throw new CorpusException(file + ", line " + number + ": not JSON: " + e.getOriginalMessage(), e);
            }
            use.accept(new Document(where, fill(file, number, node)));
        }
    }

    private String fill(Path file, long number, JsonNode node) {
        Matcher field = FIELD.matcher(formats.get((int) ((number - 1) % formats.size())));
        var text = new StringBuilder();
        while (field.find()) {
            @Nullable JsonNode value = node.get(field.group(1));
            if (value == null || !value.isString()) {
                throw new CorpusException(file + ", line " + number + ": no text in field '" + field.group(1)
                        + "'; the line has " + (node.isObject() ? node.propertyNames() : "no fields"));
            }
            field.appendReplacement(text, Matcher.quoteReplacement(value.stringValue()));
        }
        return field.appendTail(text).toString();
    }

    private static void readPlain(Path file, BufferedReader lines, Consumer<Document> use) throws IOException {
        var text = new StringBuilder();
        long number = 0;
        long start = 1;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            number++;
            if (line.isBlank()) {
                if (!text.isEmpty()) {
                    use.accept(new Document(file.getFileName() + ":" + start, text.toString()));
                    text.setLength(0);
                }
                continue;
            }
            if (text.isEmpty()) {
                start = number;
            } else {
                text.append('\n');
            }
            text.append(line);
        }
        if (!text.isEmpty()) {
            use.accept(new Document(file.getFileName() + ":" + start, text.toString()));
        }
    }

    private static CharsetDecoder strictUtf8() {
        return StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
    }

    private static boolean isGzip(Path file) {
        return file.getFileName().toString().endsWith(".gz");
    }

    private static boolean isJson(Path file) {
        return file.getFileName().toString().matches(".*\\.(jsonl|ndjson)(\\.gz)?");
    }

    private static boolean isPlain(Path file) {
        return file.getFileName().toString().matches(".*\\.(txt|md)(\\.gz)?");
    }

    /// {@return the number of UTF-8 bytes of a text: what bits per byte divide by}
    public static long utf8Bytes(String text) {
        ByteBuffer encoded = StandardCharsets.UTF_8.encode(text);
        return encoded.remaining();
    }
}
