package dev.mokha.text.grammar;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A schema and where it stands in its document. Two places are equal when their pointers are.
///
/// @param pointer a JSON pointer as a fragment: `#/properties/name`
record SchemaPlace(String pointer, JsonNode schema) implements Comparable<SchemaPlace> {
    SchemaPlace at(String key) {
        return new SchemaPlace(pointer + "/" + key.replace("~", "~0").replace("/", "~1"), schema.get(key));
    }

    SchemaPlace at(String key, int index) {
        return new SchemaPlace(
                pointer + "/" + key + "/" + index, schema.get(key).get(index));
    }

    boolean has(String key) {
        return schema.has(key);
    }

    boolean isFalse() {
        return schema.isBoolean() && !schema.booleanValue();
    }

    GrammarException error(String keyword, String problem) {
        return new GrammarException("the schema, at " + pointer + ": " + keyword + " " + problem);
    }

    GrammarException unsupported(String keyword) {
        return error(keyword, "is not supported");
    }

    String text(String key) {
        JsonNode value = schema.get(key);
        if (!value.isString()) {
            throw error(key, "is a string, not " + value);
        }
        return value.stringValue();
    }

    /// {@return a number that is not negative, or `otherwise` when the keyword is absent}
    int count(String key, int otherwise) {
        JsonNode value = schema.get(key);
        if (value == null) {
            return otherwise;
        }
        BigDecimal number = value.isNumber() ? value.decimalValue() : BigDecimal.ONE.negate();
        if (number.signum() < 0 || number.stripTrailingZeros().scale() > 0) {
            throw error(key, "is a whole number of 0 or more, not " + value);
        }
        return number.min(BigDecimal.valueOf(Integer.MAX_VALUE - 1)).intValue();
    }

    @Nullable
    BigDecimal number(String key) {
        JsonNode value = schema.get(key);
        if (value == null || value.isBoolean()) { // true and false as in draft 4
            return null;
        }
        if (!value.isNumber()) {
            throw error(key, "is a number, not " + value);
        }
        BigDecimal number = value.decimalValue();
        if (number.precision() > 400 || Math.abs(number.scale()) > 400) {
            throw error(key, "has more than 400 digits");
        }
        return number;
    }

    @Override
    public int compareTo(SchemaPlace other) {
        return pointer.compareTo(other.pointer);
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof SchemaPlace other && pointer.equals(other.pointer);
    }

    @Override
    public int hashCode() {
        return pointer.hashCode();
    }
}
