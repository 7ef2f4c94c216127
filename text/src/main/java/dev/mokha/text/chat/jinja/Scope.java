package dev.mokha.text.chat.jinja;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Names and their values; a loop, a macro or a block opens a new one, and what is set there stays there.
final class Scope {
    private final @Nullable Scope parent;
    private final Map<String, Value> values = new HashMap<>();

    Scope(@Nullable Scope parent) {
        this.parent = parent;
    }

    @Nullable
    Value get(String name) {
        for (Scope scope = this; scope != null; scope = scope.parent) {
            Value value = scope.values.get(name);
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    void set(String name, Value value) {
        values.put(name, value);
    }
}
