package dev.mokha.language.question;

import dev.mokha.language.corpus.CorpusException;
import dev.mokha.text.file.Gunzipped;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads one file of questions. One article, or line, is held as a tree at a time.
final class SquadReader {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String LAYOUT = "a SQuAD file is an object with data[].paragraphs[].qas[];"
            + " name it .jsonl when every line is a question of its own";

    private final Path file;
    private final AnswerReader answers;
    private final List<Question> questions = new ArrayList<>();
    private final Map<String, String> placeOfId = new HashMap<>();
    private String version = "";

    SquadReader(Path file, SquadData.Misplaced misplaced) {
        this.file = file;
        this.answers = new AnswerReader(misplaced);
    }

    SquadData read() {
        try (InputStream in = Gunzipped.open(file)) {
            if (file.toString().matches(".*\\.(jsonl|ndjson)(\\.gz)?")) {
                readLines(in);
            } else {
                readSquad(in);
            }
        } catch (JacksonException e) {
            String at = e.getLocation() == null
                    ? ""
                    : ", line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr();
            throw e.getCause() instanceof IOException io
                    ? unreadable(io)
                    : new CorpusException(file + at + ": not JSON: " + e.getOriginalMessage() + "; " + LAYOUT, e);
        } catch (IOException e) {
            throw unreadable(e);
        }
        if (questions.isEmpty()) {
            throw new CorpusException(file + " holds no question; " + LAYOUT);
        }
        return new SquadData(version, questions, answers.problems());
    }

    private CorpusException unreadable(IOException e) {
        return switch (e) {
            case NoSuchFileException missing -> new CorpusException("there is no file " + file, missing);
            case CharacterCodingException coding ->
                new CorpusException(file + " is not UTF-8; convert it first (iconv -t UTF-8)", coding);
            default -> new CorpusException("cannot read " + file + ": " + e, e);
        };
    }

    private void readSquad(InputStream in) {
        try (JsonParser parser = JSON.createParser(in)) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw new CorpusException(file + " is empty; " + LAYOUT);
            }
            if (first != JsonToken.START_OBJECT) {
                throw new CorpusException(file + " begins with " + first + "; " + LAYOUT);
            }
            boolean found = false;
            List<String> fields = new ArrayList<>();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                fields.add(name);
                JsonToken value = parser.nextToken();
                if (name.equals("data") && value == JsonToken.START_ARRAY) {
                    found = true;
                    for (int n = 1; parser.nextToken() != JsonToken.END_ARRAY; n++) {
                        JsonNode article = parser.readValueAsTree();
                        readArticle(article, n);
                    }
                } else if (name.equals("version") && value != null && value.isScalarValue()) {
                    version = parser.getString();
                } else {
                    parser.skipChildren();
                }
            }
            if (!found) {
                throw new CorpusException(file + " has no array data, only " + fields + "; " + LAYOUT);
            }
        }
    }

    private void readArticle(JsonNode article, int number) {
        String title = article.path("title").asString("");
        String where = file + ", article " + number + (title.isEmpty() ? "" : " (" + title + ")");
        int p = 0;
        for (JsonNode paragraph : array(article, "paragraphs", where)) {
            String in = where + ", paragraph " + ++p;
            String context = text(paragraph, "context", in);
            int q = 0;
            for (JsonNode node : array(paragraph, "qas", in)) {
                String at = in + ", question " + ++q;
                String id = text(node, "id", at);
                add(node, id, context, at + " (" + id + ")");
            }
        }
    }

    private void readLines(InputStream in) throws IOException {
        var strict = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        try (var lines = new BufferedReader(new InputStreamReader(in, strict), 1 << 16)) {
            int number = 0;
            String before = "";
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (line.isBlank()) {
                    continue;
                }
                String where = file + ", line " + number;
                JsonNode node;
                try {
                    node = JSON.readTree(line);
                } catch (JacksonException e) {
                    throw new CorpusException(where + ": not JSON: " + e.getOriginalMessage(), e);
                }
                String context = text(node, "context", where);
                // Equal contexts in a row are one string, so that it is tokenised once.
                before = context.equals(before) ? before : context;
                JsonNode id = node.get("id");
                add(node, id == null ? Integer.toString(number) : text(node, "id", where), before, where);
            }
        }
    }

    private void add(JsonNode node, String id, String context, String where) {
        String earlier = placeOfId.putIfAbsent(id, where);
        if (earlier != null) {
            throw new CorpusException(where + ": the id '" + id + "' was already that of " + earlier
                    + "; predictions are kept by id, so make ids unique");
        }
        String question = text(node, "question", where);
        List<Gold> gold = answers.read(node, context, where);
        JsonNode flag = node.get("is_impossible");
        if (flag != null && !flag.isBoolean()) {
            throw new CorpusException(where + ": is_impossible is " + flag + "; write true or false");
        }
        boolean impossible = flag == null ? gold.isEmpty() : flag.booleanValue();
        if (!impossible && gold.isEmpty()) {
            throw new CorpusException(
                    where + ": is_impossible is false, but there is no answer;" + " give one, or write true");
        }
        questions.add(new Question(id, question, context, gold, impossible));
    }

    private static Iterable<JsonNode> array(JsonNode node, String field, String where) {
        @Nullable JsonNode value = node.get(field);
        if (value == null || !value.isArray()) {
            throw new CorpusException(where + ": no array " + field + "; it has " + fields(node) + "; " + LAYOUT);
        }
        return value;
    }

    static String text(JsonNode node, String field, String where) {
        @Nullable JsonNode value = node.get(field);
        if (value == null || !value.isString()) {
            throw new CorpusException(where + ": no text in field '" + field + "'; it has "
                    + (value == null ? fields(node) : field + " = " + value));
        }
        return value.stringValue();
    }

    private static String fields(JsonNode node) {
        return node.isObject() ? node.propertyNames().toString() : "no fields";
    }
}
