package dev.mokha.language.evaluate;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MappingIterator;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.csv.CsvMapper;
import tools.jackson.dataformat.csv.CsvReadFeature;
import tools.jackson.dataformat.csv.CsvSchema;

/// Where a task's rows come from: files, gzipped or not, named as Hugging Face `datasets` names them.
///
/// @param form how the files are read
/// @param files for each split its files; a member of an archive is `zip://MEMBER::FILE`
/// @param field where in a JSON document the rows are; null for the document, or its lines, themselves
/// @param separator between a CSV file's fields
record DataFiles(
        Form form,
        Map<String, List<String>> files,
        @Nullable String field,
        char separator) {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final CsvMapper CSV = CsvMapper.builder()
            .enable(CsvReadFeature.WRAP_AS_ARRAY, CsvReadFeature.SKIP_EMPTY_LINES)
            .build();
    private static final Pattern WHOLE = Pattern.compile("[+-]?\\d{1,18}");
    private static final Pattern REAL = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");
    private static final Pattern ARCHIVE = Pattern.compile("zip://(.+?)::(.+)");
    private static final int LARGEST = 1 << 30;

    DataFiles {
        files = Map.copyOf(files);
    }

    /// What the files are.
    enum Form {
        /// Lines of JSON objects, or one list of them.
        JSON,
        /// Rows under a header. A column of whole numbers is numbers, an empty cell is none.
        CSV,
        /// SQuAD's nested layout, flattened: `id`, `title`, `context`, `question`, `answers`.
        SQUAD,
        /// Each line a row with `text`.
        TEXT
    }

    /// Reads the rows of a split.
    ///
    /// @param folders where relative names are looked for, in order
    List<TaskRow> rows(String split, List<Path> folders, String task) {
        @Nullable List<String> names = files.get(split);
        if (names == null) {
            throw new EvaluationException(
                    "task " + task + " has no files for its split '" + split + "'; it has them for " + files.keySet());
        }
        List<Map<String, @Nullable Object>> rows = new ArrayList<>();
        for (String name : names) {
            String text = text(name, folders, task);
            try {
                rows.addAll(rows(text));
            } catch (JacksonException e) {
                throw new EvaluationException(
                        "task " + task + ": " + name + " cannot be read as "
                                + form.name().toLowerCase(Locale.ROOT) + ": " + e.getOriginalMessage()
                                + (e.getLocation() == null
                                        ? ""
                                        : ", line " + e.getLocation().getLineNr()),
                        e);
            } catch (IllegalArgumentException e) {
                throw new EvaluationException("task " + task + ": " + name + ": " + e.getMessage(), e);
            }
        }
        if (rows.isEmpty()) {
            throw new EvaluationException("task " + task + ": no rows in " + names);
        }
        return completed(rows);
    }

    /// {@return an object as a row}
    static TaskRow row(JsonNode object) {
        return new TaskRow(cells(object));
    }

    /// Gives every row every column, none where it lacks one: a file's rows are one table.
    private static List<TaskRow> completed(List<Map<String, @Nullable Object>> rows) {
        Set<String> columns = new LinkedHashSet<>();
        rows.forEach(row -> columns.addAll(row.keySet()));
        for (Map<String, @Nullable Object> row : rows) {
            columns.forEach(column -> row.putIfAbsent(column, null));
        }
        return rows.stream().map(TaskRow::new).toList();
    }

    private List<Map<String, @Nullable Object>> rows(String text) {
        return switch (form) {
            case JSON -> json(text);
            case CSV -> csv(text);
            case SQUAD -> squad(JSON.readTree(text));
            case TEXT -> text.lines().map(DataFiles::line).toList();
        };
    }

    private static Map<String, @Nullable Object> line(String line) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("text", line);
        return row;
    }

    private List<Map<String, @Nullable Object>> json(String text) {
        List<Map<String, @Nullable Object>> rows = new ArrayList<>();
        if (field != null) {
            @Nullable JsonNode list = JSON.readTree(text).get(field);
            if (list == null || !list.isArray()) {
                throw new IllegalArgumentException("there is no list '" + field + "' in it");
            }
            list.forEach(node -> rows.add(cells(node)));
        } else if (text.stripLeading().startsWith("[")) {
            JSON.readTree(text).forEach(node -> rows.add(cells(node)));
        } else {
            try (MappingIterator<JsonNode> nodes =
                    JSON.readerFor(JsonNode.class).readValues(text)) {
                nodes.forEachRemaining(node -> rows.add(cells(node)));
            }
        }
        return rows;
    }

    private static Map<String, @Nullable Object> cells(JsonNode node) {
        if (!node.isObject()) {
            throw new IllegalArgumentException("a row is a JSON object, not " + node);
        }
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        node.propertyStream().forEach(entry -> row.put(entry.getKey(), plain(entry.getValue())));
        return row;
    }

    private static @Nullable Object plain(JsonNode node) {
        if (node.isNull()) {
            return null;
        }
        if (node.isArray()) {
            List<@Nullable Object> items = new ArrayList<>();
            node.forEach(item -> items.add(plain(item)));
            return items;
        }
        if (node.isObject()) {
            return cells(node);
        }
        if (node.isBoolean()) {
            return node.asBoolean();
        }
        if (node.isIntegralNumber()) {
            return node.asLong();
        }
        return node.isNumber() ? (Object) node.asDouble() : node.asString();
    }

    private List<Map<String, @Nullable Object>> csv(String text) {
        List<List<String>> lines = new ArrayList<>();
        try (MappingIterator<List<String>> parsed = CSV.readerForListOf(String.class)
                .with(CsvSchema.emptySchema().withColumnSeparator(separator))
                .readValues(text)) {
            parsed.forEachRemaining(lines::add);
        }
        if (lines.isEmpty()) {
            return List.of();
        }
        List<String> header = lines.removeFirst();
        List<Map<String, @Nullable Object>> rows = new ArrayList<>();
        for (List<String> line : lines) {
            if (line.size() > header.size()) {
                throw new IllegalArgumentException(
                        "a row has " + line.size() + " fields under " + header.size() + " columns: " + line);
            }
            Map<String, @Nullable Object> row = new LinkedHashMap<>();
            for (int i = 0; i < header.size(); i++) {
                String cell = i < line.size() ? line.get(i) : "";
                row.put(header.get(i), cell.isEmpty() ? null : cell);
            }
            rows.add(row);
        }
        header.forEach(column -> typed(rows, column));
        return rows;
    }

    /// Turns a column into numbers when all its cells are.
    private static void typed(List<Map<String, @Nullable Object>> rows, String column) {
        boolean whole = true;
        boolean real = true;
        boolean any = false;
        for (Map<String, @Nullable Object> row : rows) {
            if (row.get(column) instanceof String cell) {
                any = true;
                whole &= WHOLE.matcher(cell).matches();
                real &= REAL.matcher(cell).matches();
            } else {
                whole = false; // as in a table of numbers with holes, which are real numbers
            }
        }
        if (!any || !real) {
            return;
        }
        for (Map<String, @Nullable Object> row : rows) {
            if (row.get(column) instanceof String cell) {
                row.put(column, whole ? (Object) Long.parseLong(cell) : (Object) Double.parseDouble(cell));
            }
        }
    }

    private static List<Map<String, @Nullable Object>> squad(JsonNode document) {
        List<Map<String, @Nullable Object>> rows = new ArrayList<>();
        for (JsonNode article : required(document, "data")) {
            for (JsonNode paragraph : required(article, "paragraphs")) {
                for (JsonNode question : required(paragraph, "qas")) {
                    List<Object> texts = new ArrayList<>();
                    List<Object> starts = new ArrayList<>();
                    required(question, "answers").forEach(answer -> {
                        texts.add(required(answer, "text").asString());
                        starts.add(required(answer, "answer_start").asLong());
                    });
                    Map<String, @Nullable Object> row = new LinkedHashMap<>();
                    row.put("id", required(question, "id").asString());
                    row.put("title", article.path("title").asString(""));
                    row.put("context", required(paragraph, "context").asString());
                    row.put("question", required(question, "question").asString());
                    row.put("answers", Map.of("text", texts, "answer_start", starts));
                    rows.add(row);
                }
            }
        }
        return rows;
    }

    private static JsonNode required(JsonNode node, String key) {
        @Nullable JsonNode value = node.get(key);
        if (value == null) {
            throw new IllegalArgumentException("'" + key + "' is missing; is it of SQuAD's layout?");
        }
        return value;
    }

    // ---- files ----

    private static String text(String name, List<Path> folders, String task) {
        var archive = ARCHIVE.matcher(name);
        if (!archive.matches()) {
            return text(bytes(found(name, folders, task)), name, task);
        }
        Path file = found(archive.group(2), folders, task);
        try (var zip = new ZipFile(file.toFile())) {
            var entry = zip.getEntry(archive.group(1));
            if (entry == null) {
                throw new EvaluationException(
                        "task " + task + ": there is no " + archive.group(1) + " in the archive " + file);
            }
            try (InputStream in = zip.getInputStream(entry)) {
                return text(in.readNBytes(LARGEST), name, task);
            }
        } catch (IOException e) {
            throw new EvaluationException("cannot read the archive " + file + ": " + e.getMessage(), e);
        }
    }

    private static String text(byte[] bytes, String name, String task) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(unpacked(bytes)))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new EvaluationException("task " + task + ": " + name + " is not UTF-8", e);
        } catch (EOFException | ZipException e) {
            throw new EvaluationException("task " + task + ": " + name + " is a broken gzip file", e);
        } catch (IOException e) {
            throw new EvaluationException("cannot read " + name + ": " + e.getMessage(), e);
        }
    }

    private static byte[] unpacked(byte[] bytes) throws IOException {
        if (bytes.length < 2 || bytes[0] != 0x1f || bytes[1] != (byte) 0x8b) {
            return bytes;
        }
        try (var in = new GZIPInputStream(new ByteArrayInputStream(bytes), 1 << 16)) {
            return in.readNBytes(LARGEST);
        }
    }

    private static byte[] bytes(Path file) {
        try (var in = new BufferedInputStream(Files.newInputStream(file))) {
            return in.readNBytes(LARGEST);
        } catch (IOException e) {
            throw new EvaluationException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private static Path found(String name, List<Path> folders, String task) {
        for (Path folder : folders) {
            Path file = folder.resolve(name);
            if (Files.isRegularFile(file)) {
                return file;
            }
        }
        throw new EvaluationException("task " + task + " reads " + name + ", which is not in "
                + (folders.isEmpty() ? "any folder named" : folders.toString())
                + "; name the folder that holds it with --task-data");
    }
}
