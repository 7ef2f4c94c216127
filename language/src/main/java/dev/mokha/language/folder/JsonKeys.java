package dev.mokha.language.folder;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Typed reading of a JSON object's keys, with messages that name the key. A key whose value is null counts as
/// absent, as transformers writes nulls for what is not set.
///
/// @param map the object
/// @param file what messages call the file
/// @param path where it stands in the file, ending in a dot, or empty
record JsonKeys(Map<String, Object> map, String file, String path) {
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /// Reads the text of a file that holds one JSON object.
    static JsonKeys parse(String json, String file) {
        Map<String, Object> map;
        try {
            map = MAPPER.readValue(json, new TypeReference<LinkedHashMap<String, Object>>() {});
        } catch (JacksonException e) {
            throw new IllegalArgumentException(file + " is not a JSON object: " + e.getOriginalMessage(), e);
        }
        if (map == null) {
            throw new IllegalArgumentException(file + " is null, not a JSON object");
        }
        return new JsonKeys(map, file, "");
    }

    /// {@return the text of a JSON object, indented}
    static String text(Map<String, Object> map) {
        return MAPPER.writeValueAsString(map) + "\n";
    }

    /// {@return the text of a JSON object in one line}
    static String line(Map<String, Object> map) {
        return JsonMapper.shared().writeValueAsString(map);
    }

    /// {@return how transformers writes ids: nothing, a number, or a list}
    static @Nullable Object oneOrMany(List<Integer> ids) {
        return ids.isEmpty() ? null : ids.size() == 1 ? ids.getFirst() : ids;
    }

    boolean has(String key) {
        return map.get(key) != null;
    }

    int integer(String key) {
        Integer value = integerOrNull(key, null);
        if (value == null) {
            throw new IllegalArgumentException(file + " lacks " + path + key);
        }
        return value;
    }

    int integer(String key, int otherwise) {
        return has(key) ? integer(key) : otherwise;
    }

    /// {@return the value; `absent` when the key is not there, null when it is there and null}
    @Nullable
    Integer integerOrNull(String key, @Nullable Integer absent) {
        if (!map.containsKey(key)) {
            return absent;
        }
        @Nullable Object value = map.get(key);
        return value == null ? null : integer(key, value);
    }

    /// {@return the integers of a list, the one integer of a number, or nothing}
    List<Integer> integers(String key) {
        @Nullable Object value = map.get(key);
        if (value == null) {
            return List.of();
        }
        var integers = new ArrayList<Integer>();
        for (Object element : value instanceof List<?> list ? list : List.of(value)) {
            integers.add(integer(key, element));
        }
        return integers;
    }

    double number(String key) {
        @Nullable Object value = map.get(key);
        if (value == null) {
            throw new IllegalArgumentException(file + " lacks " + path + key);
        }
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        throw wrong(key, "a number", value);
    }

    double number(String key, double otherwise) {
        return has(key) ? number(key) : otherwise;
    }

    @Nullable
    Double numberOrNull(String key) {
        return has(key) ? (Double) number(key) : null;
    }

    boolean flag(String key, boolean otherwise) {
        @Nullable Object value = map.get(key);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw wrong(key, "true or false", value);
    }

    String string(String key) {
        @Nullable Object value = map.get(key);
        if (value == null) {
            throw new IllegalArgumentException(file + " lacks " + path + key);
        }
        if (value instanceof String string) {
            return string;
        }
        throw wrong(key, "a string", value);
    }

    String string(String key, String otherwise) {
        return has(key) ? string(key) : otherwise;
    }

    List<String> strings(String key) {
        @Nullable Object value = map.get(key);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof List<?> list)) {
            throw wrong(key, "a list of strings", value);
        }
        var strings = new ArrayList<String>();
        for (Object element : list) {
            if (!(element instanceof String string)) {
                throw wrong(key, "a list of strings", value);
            }
            strings.add(string);
        }
        return strings;
    }

    /// {@return the object under a key, or null}
    @SuppressWarnings("unchecked") // Jackson's maps of a JSON object have string keys
    @Nullable
    JsonKeys object(String key) {
        @Nullable Object value = map.get(key);
        if (value == null) {
            return null;
        }
        if (value instanceof Map<?, ?> object) {
            return new JsonKeys((Map<String, Object>) object, file, path + key + ".");
        }
        throw wrong(key, "an object", value);
    }

    private int integer(String key, @Nullable Object value) {
        if (value instanceof Integer integer) {
            return integer;
        }
        if (value instanceof Double number && number == Math.rint(number) && Math.abs(number) < Integer.MAX_VALUE) {
            return number.intValue();
        }
        throw wrong(key, "an integer of at most " + Integer.MAX_VALUE, value);
    }

    private IllegalArgumentException wrong(String key, String wanted, @Nullable Object value) {
        String text = String.valueOf(value);
        String shown = text.length() > 60 ? text.substring(0, 60) + "…" : text;
        return new IllegalArgumentException(file + ": " + path + key + " must be " + wanted + ", was " + shown);
    }
}
