package dev.mokha.text.chat.jinja;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A mapping in the order of insertion, whose keys are equal when Python says so (`1`, `1.0` and `true` are one key).
final class Dict implements Value {
    record Entry(Value key, Value value) {}

    private final Map<Object, Entry> entries = new LinkedHashMap<>();

    void put(Value key, Value value) {
        Object hash = hashable(key, 0);
        Entry old = entries.get(hash);
        entries.put(hash, new Entry(old == null ? key : old.key(), value));
    }

    void put(String key, Value value) {
        put(new Text(key), value);
    }

    @Nullable
    Value get(Value key) {
        Entry entry = entries.get(hashable(key, 0));
        return entry == null ? null : entry.value();
    }

    @Nullable
    Value get(String key) {
        Entry entry = entries.get(key);
        return entry == null ? null : entry.value();
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    int size() {
        return entries.size();
    }

    Collection<Entry> entries() {
        return entries.values();
    }

    List<Value> keys() {
        List<Value> keys = new ArrayList<>(entries.size());
        entries.values().forEach(entry -> keys.add(entry.key()));
        return keys;
    }

    List<Value> values() {
        List<Value> values = new ArrayList<>(entries.size());
        entries.values().forEach(entry -> values.add(entry.value()));
        return values;
    }

    /// {@return pairs of key and value}
    List<Value> items() {
        List<Value> items = new ArrayList<>(entries.size());
        entries.values().forEach(entry -> items.add(Items.tuple(List.of(entry.key(), entry.value()))));
        return items;
    }

    static boolean isHashable(Value key) {
        return !(key instanceof Dict)
                && !(key instanceof Items items
                        && (items.kind() != Items.Kind.TUPLE
                                || items.values().stream()
                                        .anyMatch(part -> part instanceof Items || part instanceof Dict)));
    }

    /// {@return an object that is equal for keys that Python holds equal}
    static Object hashable(Value key, int depth) {
        return switch (key) {
            case Text text -> text.text();
            case Int i -> i.value();
            case Bool bool -> bool == Bool.TRUE ? 1L : 0L;
            case Real real -> {
                long whole = (long) real.value();
                yield whole == real.value() ? (Object) whole : (Object) real.value();
            }
            case Items items
            when items.kind() == Items.Kind.TUPLE -> {
                if (depth > 16 || items.values().size() > 64) {
                    throw new Fault("a tuple this large cannot be a key");
                }
                List<Object> parts = new ArrayList<>(items.values().size());
                for (Value part : items.values()) {
                    parts.add(hashable(part, depth + 1));
                }
                yield parts;
            }
            case Items items -> throw new Fault("unhashable type: '" + items.type() + "'");
            case Dict _ -> throw new Fault("unhashable type: 'dict'");
            case Undefined _ -> Undefined.class;
            case None _, Function _, Namespace _, Loop _ -> key;
        };
    }
}
