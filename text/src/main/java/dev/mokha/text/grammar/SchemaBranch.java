package dev.mokha.text.grammar;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/// Schemas that a value fits all at once, with their references, `allOf`, `anyOf` and `oneOf` resolved: what
/// is left are keywords that speak of the value itself.
final class SchemaBranch {
    private final List<SchemaPlace> places;
    private @Nullable Map<String, JsonNode> values; // by what makes them equal; found when first asked for
    private boolean valuesKnown;

    SchemaBranch(List<SchemaPlace> places) {
        this.places = List.copyOf(places);
    }

    List<SchemaPlace> places() {
        return places;
    }

    /// The types of JSON; a whole number is of two.
    enum Type {
        NULL,
        BOOLEAN,
        OBJECT,
        ARRAY,
        STRING,
        NUMBER,
        INTEGER
    }

    private static final Map<String, Type> NAMES = Map.of(
            "null",
            Type.NULL,
            "boolean",
            Type.BOOLEAN,
            "object",
            Type.OBJECT,
            "array",
            Type.ARRAY,
            "string",
            Type.STRING,
            "number",
            Type.NUMBER,
            "integer",
            Type.INTEGER);

    private static final Map<Type, List<String>> KEYWORDS = new LinkedHashMap<>();

    static {
        KEYWORDS.put(
                Type.OBJECT,
                List.of(
                        "properties",
                        "required",
                        "additionalProperties",
                        "patternProperties",
                        "propertyNames",
                        "minProperties",
                        "maxProperties"));
        KEYWORDS.put(Type.ARRAY, List.of("items", "prefixItems", "minItems", "maxItems", "uniqueItems"));
        KEYWORDS.put(Type.STRING, List.of("minLength", "maxLength", "pattern"));
        KEYWORDS.put(Type.NUMBER, List.of("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"));
    }

    /// {@return the types that a value may be of; never both number and integer}
    ///
    /// @param reading whether keywords of one type say that the value is of it
    Set<Type> types(SchemaReading reading) {
        Set<Type> all = EnumSet.complementOf(EnumSet.of(Type.INTEGER));
        boolean named = false;
        for (SchemaPlace place : places) {
            JsonNode type = place.schema().get("type");
            if (type == null) {
                continue;
            }
            named = true;
            var here = EnumSet.noneOf(Type.class);
            for (JsonNode name : type.isArray() ? type : List.of(type)) {
                Type known = name.isString() ? NAMES.get(name.stringValue()) : null;
                if (known == null) {
                    throw place.error(
                            "type",
                            name + " is not known; known: "
                                    + NAMES.keySet().stream().sorted().toList());
                }
                here.add(known);
            }
            boolean whole = all.contains(Type.INTEGER)
                    ? here.contains(Type.INTEGER) || here.contains(Type.NUMBER)
                    : all.contains(Type.NUMBER) && here.contains(Type.INTEGER) && !here.contains(Type.NUMBER);
            all.retainAll(here);
            if (whole) {
                all.add(Type.INTEGER);
            }
        }
        if (!named && reading == SchemaReading.INTENDED) {
            var meant = EnumSet.noneOf(Type.class);
            KEYWORDS.forEach((type, keywords) -> {
                if (places.stream().anyMatch(place -> keywords.stream().anyMatch(place::has))) {
                    meant.add(type);
                }
            });
            if (!meant.isEmpty()) {
                return meant;
            }
        }
        return all;
    }

    /// {@return the values that `enum` and `const` leave, or null when there is none of these}
    @Nullable
    Collection<JsonNode> values() {
        Map<String, JsonNode> left = valuesByForm();
        return left == null ? null : left.values();
    }

    /// {@return whether `enum` and `const`, if there are any, leave a value}
    boolean leaves(JsonNode value) {
        Map<String, JsonNode> left = valuesByForm();
        return left == null
                ? excluded().stream().noneMatch(out -> form(out).equals(form(value)))
                : left.containsKey(form(value));
    }

    /// {@return the values that `not` rules out}
    List<JsonNode> excluded() {
        var out = new ArrayList<JsonNode>();
        for (SchemaPlace place : places) {
            if (place.has(SchemaNegation.NOT_IN)) {
                place.schema().get(SchemaNegation.NOT_IN).forEach(out::add);
            }
        }
        return out;
    }

    private @Nullable Map<String, JsonNode> valuesByForm() {
        if (!valuesKnown) {
            for (SchemaPlace place : places) {
                JsonNode list = place.schema().get("enum");
                if (list != null) {
                    if (!list.isArray()) {
                        throw place.error("enum", "is an array, not " + list);
                    }
                    keep(list);
                }
                if (place.has("const")) {
                    keep(List.of(place.schema().get("const")));
                }
            }
            if (values != null) {
                for (JsonNode out : excluded()) {
                    values.remove(form(out));
                }
            }
            valuesKnown = true;
        }
        return values;
    }

    private void keep(Iterable<JsonNode> list) {
        var kept = new LinkedHashMap<String, JsonNode>();
        for (JsonNode value : list) {
            String form = form(value);
            if (values == null || values.containsKey(form)) {
                kept.putIfAbsent(form, value);
            }
        }
        values = kept;
    }

    /// {@return a text that two values share exactly when JSON Schema sees them as equal: 1 is 1.0}
    private static String form(JsonNode value) {
        if (value.isNumber()) {
            return value.decimalValue().stripTrailingZeros().toString();
        }
        var parts = new ArrayList<String>();
        if (value.isArray()) {
            value.forEach(item -> parts.add(form(item)));
            return "[" + String.join(",", parts) + "]";
        }
        if (value.isObject()) {
            for (Map.Entry<String, JsonNode> property : value.properties()) {
                parts.add(StringNode.valueOf(property.getKey()) + ":" + form(property.getValue()));
            }
            parts.sort(null);
            return "{" + String.join(",", parts) + "}";
        }
        return value.toString();
    }

    /// {@return the largest count that a keyword gives: of lower bounds, the one that holds}
    int largest(String keyword) {
        return places.stream().mapToInt(place -> place.count(keyword, 0)).max().orElse(0);
    }

    /// {@return the smallest count that a keyword gives, or {@link Expr#UNBOUNDED}}
    int smallest(String keyword) {
        return places.stream()
                .mapToInt(place -> place.count(keyword, Expr.UNBOUNDED))
                .min()
                .orElse(Expr.UNBOUNDED);
    }

    /// {@return the first place that has a keyword, or null}
    @Nullable
    SchemaPlace with(String keyword) {
        return places.stream().filter(place -> place.has(keyword)).findFirst().orElse(null);
    }

    /// {@return the bounds of a number, or null when there are none}
    @Nullable
    Decimals decimals(boolean whole) {
        BigDecimal low = null;
        BigDecimal high = null;
        boolean lowOut = false;
        boolean highOut = false;
        var multiples = new ArrayList<BigDecimal>();
        for (SchemaPlace place : places) {
            for (String keyword : List.of("minimum", "exclusiveMinimum")) {
                BigDecimal bound = place.number(keyword);
                boolean out = !keyword.equals("minimum")
                        || place.schema().path("exclusiveMinimum").asBoolean(false);
                if (bound != null && (low == null || bound.compareTo(low) > 0 || (out && bound.compareTo(low) == 0))) {
                    low = bound;
                    lowOut = out;
                }
            }
            for (String keyword : List.of("maximum", "exclusiveMaximum")) {
                BigDecimal bound = place.number(keyword);
                boolean out = !keyword.equals("maximum")
                        || place.schema().path("exclusiveMaximum").asBoolean(false);
                if (bound != null
                        && (high == null || bound.compareTo(high) < 0 || (out && bound.compareTo(high) == 0))) {
                    high = bound;
                    highOut = out;
                }
            }
            BigDecimal multiple = place.number("multipleOf");
            if (multiple != null) {
                if (multiple.signum() <= 0) {
                    throw place.error("multipleOf", "is larger than 0, not " + multiple);
                }
                multiples.add(multiple);
            }
        }
        return low == null && high == null && multiples.isEmpty()
                ? null
                : new Decimals(whole, low, lowOut, high, highOut, multiples);
    }
}
