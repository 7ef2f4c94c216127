package dev.mokha.text.chat.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Copies plain Java values into the template's world, so that no object of the host is in reach.
final class Values {
    private static final int DEEPEST = 200;

    private Values() {}

    static Value of(@Nullable Object value) {
        return of(value, 0);
    }

    private static Value of(@Nullable Object value, int depth) {
        if (depth > DEEPEST) {
            throw new IllegalArgumentException("a variable nests more than " + DEEPEST + " deep");
        }
        return switch (value) {
            case null -> Value.None.NONE;
            case CharSequence text -> new Value.Text(text.toString());
            case Boolean bool -> Value.Bool.of(bool);
            case Byte number -> new Value.Int(number);
            case Short number -> new Value.Int(number);
            case Integer number -> new Value.Int(number);
            case Long number -> new Value.Int(number);
            case Number number -> new Value.Real(number.doubleValue());
            case Map<?, ?> map -> {
                var dict = new Dict();
                map.forEach((key, item) -> dict.put(of(key, depth + 1), of(item, depth + 1)));
                yield dict;
            }
            case Iterable<?> items -> {
                List<Value> values = new ArrayList<>();
                items.forEach(item -> values.add(of(item, depth + 1)));
                yield Items.list(Collections.unmodifiableList(values));
            }
            default ->
                throw new IllegalArgumentException(
                        "a template takes strings, numbers, booleans, null, lists and maps; not "
                                + value.getClass().getName());
        };
    }
}
