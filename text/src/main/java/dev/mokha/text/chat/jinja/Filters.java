package dev.mokha.text.chat.jinja;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What may follow `|`, by name.
final class Filters {
    /// Makes a new value of a value.
    interface Filter {
        Value apply(Value value, Args args, Meter meter);
    }

    private static final Map<String, Filter> FILTERS = new HashMap<>();

    static {
        TextFilters.register(FILTERS);
        ItemFilters.register(FILTERS);
        SelectFilters.register(FILTERS);
    }

    private Filters() {}

    static @Nullable Filter named(String name) {
        return FILTERS.get(name);
    }

    static Value apply(String name, Value value, Args args, Meter meter) {
        Filter filter = FILTERS.get(name);
        if (filter == null) {
            throw new Fault("the filter '" + name + "' is not supported");
        }
        return filter.apply(value, args, meter);
    }
}
