package dev.mokha.text.tokenizer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A JSON value and where it stands, so that every complaint can name the file and the place.
record JsonAt(String file, String path, JsonNode node) {
    TokenizerFormatException error(String problem) {
        return new TokenizerFormatException(file + ", at " + path + ": " + problem);
    }

    TokenizerFormatException error(RuntimeException cause) {
        return new TokenizerFormatException(file + ", at " + path + ": " + cause.getMessage(), cause);
    }

    private static String kind(JsonNode node) {
        return switch (node.getNodeType()) {
            case ARRAY -> "an array";
            case OBJECT -> "an object";
            case STRING -> "a string";
            case NUMBER -> "the number " + node;
            case BOOLEAN -> "the value " + node;
            case NULL -> "null";
            default -> "something else";
        };
    }

    private TokenizerFormatException wrong(String wanted) {
        return error("expected " + wanted + ", found " + kind(node));
    }

    boolean isNull() {
        return node.isNull();
    }

    JsonAt object() {
        if (!node.isObject()) {
            throw wrong("an object");
        }
        return this;
    }

    /// The value of a key, or null when it is absent or `null`.
    @Nullable
    JsonAt maybe(String key) {
        JsonNode value = object().node.get(key);
        return value == null || value.isNull() ? null : new JsonAt(file, path + "." + key, value);
    }

    JsonAt need(String key) {
        JsonAt value = maybe(key);
        if (value == null) {
            throw error("the key \"" + key + "\" is missing; found " + node.propertyNames());
        }
        return value;
    }

    List<JsonAt> items() {
        if (!node.isArray()) {
            throw wrong("an array");
        }
        var out = new ArrayList<JsonAt>(node.size());
        for (int i = 0; i < node.size(); i++) {
            out.add(item(i));
        }
        return out;
    }

    JsonAt item(int i) {
        return new JsonAt(file, path + "[" + i + "]", node.get(i));
    }

    void entries(BiConsumer<String, JsonAt> sink) {
        for (Map.Entry<String, JsonNode> entry : object().node.properties()) {
            sink.accept(entry.getKey(), new JsonAt(file, path + "." + entry.getKey(), entry.getValue()));
        }
    }

    String text() {
        if (!node.isString()) {
            throw wrong("a string");
        }
        return node.stringValue();
    }

    boolean bool() {
        if (!node.isBoolean()) {
            throw wrong("true or false");
        }
        return node.booleanValue();
    }

    /// A whole number that is not negative.
    int count() {
        if (!node.isIntegralNumber() || !node.canConvertToInt() || node.intValue() < 0) {
            throw wrong("a whole number from 0 to 2147483647");
        }
        return node.intValue();
    }

    double number() {
        if (!node.isNumber()) {
            throw wrong("a number");
        }
        return node.doubleValue();
    }

    int character() {
        String text = text();
        if (text.isEmpty() || text.codePointCount(0, text.length()) != 1) {
            throw error("expected one character, found \"" + text + "\"");
        }
        return text.codePointAt(0);
    }

    String text(String key) {
        return need(key).text();
    }

    @Nullable
    String maybeText(String key) {
        JsonAt value = maybe(key);
        return value == null ? null : value.text();
    }

    boolean bool(String key) {
        return need(key).bool();
    }

    boolean bool(String key, boolean otherwise) {
        JsonAt value = maybe(key);
        return value == null ? otherwise : value.bool();
    }

    int count(String key, int otherwise) {
        JsonAt value = maybe(key);
        return value == null ? otherwise : value.count();
    }

    /// One of the constants of an enum, by its name in the file.
    <E extends Enum<E>> E choice(Map<String, E> names) {
        E value = names.get(text());
        if (value == null) {
            throw error("\"" + text() + "\" is not known; known: " + String.join(", ", names.keySet()));
        }
        return value;
    }
}
