package dev.mokha.serve.http;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The fields of a JSON object, taken one by one: what is wrong with one names it, and what nobody took is
/// nothing that we know. A field that is `null` is as good as absent.
final class Fields {
    private final JsonNode object;
    private final String path;
    private final Set<String> taken = new HashSet<>();

    private Fields(JsonNode object, String path) {
        this.object = object;
        this.path = path;
    }

    /// The fields of a request's body.
    static Fields of(byte[] body) {
        JsonNode root;
        try {
            root = JsonMapper.shared().readTree(body);
        } catch (JacksonException e) {
            throw ApiException.of(400, "invalid_json", "the body is not JSON: " + e.getOriginalMessage());
        }
        if (!root.isObject()) {
            throw ApiException.of(400, "invalid_json", "the body is no JSON object, but " + shown(root));
        }
        return new Fields(root, "");
    }

    /// {@return the fields of an object in a list}
    static Fields of(JsonNode object, String path) {
        if (!object.isObject()) {
            throw ApiException.field(path, "`" + path + "` is " + shown(object) + "; it must be an object");
        }
        return new Fields(object, path + ".");
    }

    /// {@return a value; null where there is none}
    @Nullable
    JsonNode take(String name) {
        taken.add(name);
        JsonNode value = object.get(name);
        return value == null || value.isNull() ? null : value;
    }

    /// {@return whether a field has a value, without taking it}
    boolean has(String name) {
        return object.hasNonNull(name);
    }

    /// {@return a name as errors say it}
    String named(String name) {
        return path + name;
    }

    /// {@return what to throw for a value}
    ApiException wrong(String name, JsonNode value, String must) {
        return ApiException.field(named(name), "`" + named(name) + "` is " + shown(value) + "; " + must);
    }

    private static String shown(JsonNode value) {
        String text = value.toString();
        return text.length() <= 80 ? text : text.substring(0, 77) + "…";
    }

    @Nullable
    Double number(String name, double least, double most) {
        @Nullable JsonNode value = take(name);
        if (value == null) {
            return null;
        }
        double number = value.isNumber() ? value.doubleValue() : Double.NaN;
        if (!(number >= least && number <= most)) {
            throw wrong(
                    name,
                    value,
                    most == Double.MAX_VALUE
                            ? "it must be a number of at least " + plain(least)
                            : "it must be a number between " + plain(least) + " and " + plain(most));
        }
        return number;
    }

    private static String plain(double bound) {
        return bound == Math.rint(bound) ? String.valueOf((long) bound) : String.valueOf(bound);
    }

    @Nullable
    Long whole(String name, long least, long most) {
        @Nullable JsonNode value = take(name);
        if (value == null) {
            return null;
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw wrong(name, value, "it must be a whole number");
        }
        long number = value.longValue();
        if (number < least || number > most) {
            throw wrong(
                    name,
                    value,
                    most >= Integer.MAX_VALUE
                            ? "it must be at least " + least
                            : "it must lie between " + least + " and " + most);
        }
        return number;
    }

    int integer(String name, int least, int most, int otherwise) {
        @Nullable Long number = whole(name, least, most);
        return number == null ? otherwise : number.intValue();
    }

    boolean flag(String name, boolean otherwise) {
        @Nullable JsonNode value = take(name);
        if (value != null && !value.isBoolean()) {
            throw wrong(name, value, "it must be true or false");
        }
        return value == null ? otherwise : value.booleanValue();
    }

    @Nullable
    String text(String name) {
        @Nullable JsonNode value = take(name);
        if (value != null && !value.isString()) {
            throw wrong(name, value, "it must be a string");
        }
        return value == null ? null : value.stringValue();
    }

    /// {@return a list; empty where there is none}
    ///
    /// @param element gives null for what is wrong
    <T> List<T> list(String name, String must, Function<JsonNode, @Nullable T> element) {
        @Nullable JsonNode value = take(name);
        if (value == null) {
            return List.of();
        }
        if (!value.isArray()) {
            throw wrong(name, value, must);
        }
        var all = new ArrayList<T>(value.size());
        for (JsonNode one : value) {
            @Nullable T read = element.apply(one);
            if (read == null) {
                throw wrong(name, one, must);
            }
            all.add(read);
        }
        return all;
    }

    /// {@return an object's fields; null where there is none}
    @Nullable
    Fields object(String name) {
        @Nullable JsonNode value = take(name);
        return value == null ? null : of(value, named(name));
    }

    /// These change no answer, so that they may be there.
    void ignore(Collection<String> names) {
        taken.addAll(names);
    }

    /// A field that is understood in one way only.
    void only(String name, String must, Set<String> values) {
        @Nullable JsonNode value = take(name);
        if (value != null && !values.contains(value.toString())) {
            throw wrong(name, value, must);
        }
    }

    /// Refuses what nobody took.
    void end() {
        for (String name : object.propertyNames()) {
            if (!taken.contains(name)) {
                throw ApiException.of(
                        400,
                        "unknown_parameter",
                        named(name),
                        "`" + named(name) + "` is not known here, and might change the answer; leave it out");
            }
        }
    }
}
