package dev.mokha.text.grammar;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What does not fit a schema, as alternatives that are schemas themselves: each breaks one of its keywords.
/// Of a keyword that cannot be broken that way, `not` is refused.
final class SchemaNegation {
    /// Keywords of our own, which no document can hold: values, and an expression, that are not to be.
    static final String NOT_IN = "\u0000not in";

    static final String NOT_PATTERN = "\u0000not pattern";

    private static final Set<String> SAYS_NOTHING = Set.of(
            "title",
            "description",
            "$comment",
            "default",
            "examples",
            "format",
            "id",
            "$id",
            "$schema",
            "$defs",
            "definitions");
    private static final List<String> TYPES = List.of("null", "boolean", "object", "array", "string", "number");
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final SchemaPlace from;
    private final String keyword;
    private final List<List<SchemaPlace>> out = new ArrayList<>();

    private SchemaNegation(SchemaPlace from, String keyword) {
        this.from = from;
        this.keyword = keyword;
    }

    /// {@return the alternatives, each of one schema; none when everything fits what is negated}
    ///
    /// @param place a schema that has the keyword
    /// @param keyword `not` or `if`, whose schema is negated
    static List<List<SchemaPlace>> of(SchemaPlace place, String keyword) {
        var negation = new SchemaNegation(place, keyword);
        JsonNode negated = place.schema().get(keyword);
        if (negated.isBoolean()) {
            if (!negated.booleanValue()) {
                negation.add(NODES.objectNode());
            }
            return negation.out;
        }
        if (!negated.isObject() || negated.findParent("$ref") != null) {
            throw place.unsupported(keyword);
        }
        for (Map.Entry<String, JsonNode> entry : negated.properties()) {
            negation.breakKeyword(entry.getKey(), entry.getValue());
        }
        return negation.out;
    }

    private void add(JsonNode schema) {
        out.add(List.of(new SchemaPlace(from.pointer() + "/" + keyword + "/~not" + out.size(), schema)));
    }

    private void add(String type, String word, JsonNode value) {
        add(NODES.objectNode().put("type", type).set(word, value));
    }

    private void breakKeyword(String word, JsonNode value) {
        switch (word) {
            case "required" ->
                value.forEach(
                        name -> add("object", "properties", NODES.objectNode().put(name.asString(), false)));
            case "properties" -> {
                for (Map.Entry<String, JsonNode> property : value.properties()) {
                    ObjectNode broken = NODES.objectNode();
                    broken.put("type", "object").putArray("required").add(property.getKey());
                    broken.putObject("properties").set(property.getKey(), not(property.getValue()));
                    add(broken);
                }
            }
            case "type" -> breakType(value);
            case "enum" -> add(NODES.objectNode().set(NOT_IN, value));
            case "const" -> add(NODES.objectNode().set(NOT_IN, NODES.arrayNode().add(value)));
            case "pattern" -> add("string", NOT_PATTERN, value);
            case "allOf" -> value.forEach(part -> add(not(part)));
            case "anyOf" -> {
                ObjectNode all = NODES.objectNode();
                value.forEach(part -> all.withArray("allOf").add(not(part)));
                add(all);
            }
            case "not" -> add(value);
            case "minLength" -> breakCount("string", "maxLength", value, -1);
            case "maxLength" -> breakCount("string", "minLength", value, 1);
            case "minItems" -> breakCount("array", "maxItems", value, -1);
            case "maxItems" -> breakCount("array", "minItems", value, 1);
            case "minimum" -> add("number", "exclusiveMaximum", value);
            case "maximum" -> add("number", "exclusiveMinimum", value);
            default -> {
                if (!SAYS_NOTHING.contains(word)) {
                    throw from.error(keyword, "with " + word + " inside is not supported");
                }
            }
        }
    }

    private static ObjectNode not(JsonNode schema) {
        return NODES.objectNode().set("not", schema);
    }

    private void breakType(JsonNode value) {
        var broken = new ArrayList<>(TYPES);
        for (JsonNode name : value.isArray() ? value : List.of(value)) {
            if (name.asString().equals("integer")) {
                throw from.error(keyword, "with type integer inside is not supported");
            }
            broken.remove(name.asString());
        }
        ObjectNode schema = NODES.objectNode();
        var types = schema.putArray("type");
        broken.forEach(types::add);
        add(schema);
    }

    private void breakCount(String type, String word, JsonNode value, int step) {
        if (!value.canConvertToInt()) {
            throw from.unsupported(keyword);
        }
        int count = value.intValue() + step;
        if (count >= 0) {
            add(type, word, NODES.numberNode(count));
        }
    }
}
