package dev.mokha.language.gguf;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A file's metadata by the types that its keys should have.
///
/// @param path for messages
record GgufKeys(Path path, Map<String, Object> values) {
    boolean has(String key) {
        return values.containsKey(key);
    }

    GgufException wrong(String key, String reason) {
        return new GgufException(path, "has " + values.get(key) + " in '" + key + "'; " + reason);
    }

    String text(String key) {
        if (!(values.get(key) instanceof String text)) {
            throw missing(key, "text");
        }
        return text;
    }

    String text(String key, String otherwise) {
        return has(key) ? text(key) : otherwise;
    }

    long whole(String key) {
        if (!(values.get(key) instanceof Long number)) {
            throw missing(key, "whole number");
        }
        return number;
    }

    /// A positive whole number; also one that is listed for each layer, as long as all are equal.
    int size(String key) {
        @Nullable Object value = values.get(key);
        if (value instanceof List<?> list && !list.isEmpty()) {
            Object first = list.getFirst();
            if (!list.stream().allMatch(first::equals)) {
                throw wrong(key, "layers of different sizes are not computed here");
            }
            value = first;
        }
        if (!(value instanceof Long number)) {
            throw missing(key, "whole number");
        }
        if (number < 1 || number > Integer.MAX_VALUE) {
            throw wrong(key, "a size is at least 1, and at most " + Integer.MAX_VALUE);
        }
        return number.intValue();
    }

    int size(String key, int otherwise) {
        return has(key) ? size(key) : otherwise;
    }

    /// A token's id, or null.
    @Nullable
    Integer id(String key, int tokens) {
        if (!has(key)) {
            return null;
        }
        long id = whole(key);
        return id < 0 || id >= tokens ? null : (int) id; // some writers mean none by one that there is not
    }

    @Nullable
    Double number(String key) {
        return switch (values.get(key)) {
            case null -> null;
            case Long whole -> (double) whole;
            case Double number -> decimal(number);
            default -> throw missing(key, "number");
        };
    }

    double number(String key, double otherwise) {
        @Nullable Double number = number(key);
        return number == null ? otherwise : number;
    }

    /// What was written as a float32 reads as the decimal that it was made of: 1e-5, not 9.999999747378752e-6.
    static double decimal(double number) {
        float narrow = (float) number;
        return narrow == number && !Float.isInfinite(narrow) ? Double.parseDouble(Float.toString(narrow)) : number;
    }

    boolean flag(String key, boolean otherwise) {
        return switch (values.get(key)) {
            case null -> otherwise;
            case Boolean flag -> flag;
            default -> throw missing(key, "yes or no");
        };
    }

    /// A list whose values are all of a type; null where the key is missing.
    <T> @Nullable List<T> list(String key, Class<T> type, String kind) {
        @Nullable Object value = values.get(key);
        if (value == null) {
            return null;
        }
        if (!(value instanceof List<?> list) || !list.stream().allMatch(type::isInstance)) {
            throw missing(key, "list of " + kind);
        }
        return list.stream().map(type::cast).toList();
    }

    private GgufException missing(String key, String kind) {
        return new GgufException(path, has(key) ? "has no " + kind + " in '" + key + "'" : "has no '" + key + "'");
    }
}
