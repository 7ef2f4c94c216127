package dev.mokha.text.chat.jinja;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The arguments of a call.
record Args(List<Value> positional, Map<String, Value> named) {
    static final Args NONE = new Args(List.of(), Map.of());

    static Args of(Value... values) {
        return new Args(List.of(values), Map.of());
    }

    /// {@return the arguments by the names of these parameters}
    Bound bind(String function, String... parameters) {
        Map<String, Value> bound = new HashMap<>();
        if (positional.size() > parameters.length) {
            throw new Fault(function + " takes at most " + parameters.length + " arguments, not " + positional.size());
        }
        for (int i = 0; i < positional.size(); i++) {
            bound.put(parameters[i], positional.get(i));
        }
        List<String> known = List.of(parameters);
        named.forEach((name, value) -> {
            if (!known.contains(name)) {
                throw new Fault(function + " has no argument '" + name + "'");
            }
            if (bound.put(name, value) != null) {
                throw new Fault(function + " got '" + name + "' twice");
            }
        });
        return new Bound(function, bound);
    }

    /// {@return these arguments without the first `count` positional ones}
    Args rest(int count) {
        return new Args(positional.subList(Math.min(count, positional.size()), positional.size()), named);
    }

    /// Arguments by name.
    record Bound(String function, Map<String, Value> values) {
        @Nullable
        Value value(String name) {
            return values.get(name);
        }

        Value required(String name) {
            Value value = values.get(name);
            if (value == null) {
                throw new Fault(function + " needs the argument '" + name + "'");
            }
            return value;
        }

        boolean flag(String name, boolean otherwise) {
            Value value = values.get(name);
            return value == null ? otherwise : value.truth();
        }

        long integer(String name, long otherwise) {
            Value value = values.get(name);
            return value == null ? otherwise : Numbers.integer(value);
        }

        String text(String name) {
            if (required(name) instanceof Value.Text text) {
                return text.text();
            }
            throw new Fault(function + " needs a string as '" + name + "', not "
                    + required(name).type());
        }

        /// {@return the string, or null when the argument is absent or none}
        @Nullable
        String optionalText(String name) {
            Value value = values.get(name);
            return value == null || value == Value.None.NONE ? null : text(name);
        }
    }
}
