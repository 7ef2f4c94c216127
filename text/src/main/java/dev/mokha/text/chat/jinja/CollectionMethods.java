package dev.mokha.text.chat.jinja;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The methods of lists and mappings. Of those that change their object only `append` is here; transformers' sandbox
/// refuses all of them.
final class CollectionMethods {
    private CollectionMethods() {}

    static @Nullable Value of(Items items, String name, Meter meter) {
        Value.Function.Body body = switch (name) {
            case "append" ->
                items.kind() != Items.Kind.LIST
                        ? null
                        : args -> {
                            meter.items(items.values().size() / 64);
                            try {
                                items.append(args.bind(name, "item").required("item"));
                            } catch (UnsupportedOperationException _) {
                                throw new Fault("a list that the template did not make cannot be changed");
                            }
                            return Value.None.NONE;
                        };
            case "count" ->
                args -> new Value.Int(items.values().stream()
                        .filter(value ->
                                Comparing.equal(value, args.bind(name, "item").required("item"), meter))
                        .count());
            case "index" ->
                args -> {
                    List<Value> values = items.values();
                    for (int i = 0; i < values.size(); i++) {
                        if (Comparing.equal(
                                values.get(i), args.bind(name, "item").required("item"), meter)) {
                            return new Value.Int(i);
                        }
                    }
                    throw new Fault("the item is not in the list");
                };
            case "pop", "extend", "insert", "remove", "sort", "reverse", "clear" ->
                items.kind() != Items.Kind.LIST ? null : refused("list." + name);
            default -> null;
        };
        return body == null || !items.indexed() ? null : new Value.Function(name, body);
    }

    static @Nullable Value of(Dict dict, String name) {
        Value.Function.Body body = switch (name) {
            case "get" ->
                args -> {
                    Args.Bound bound = args.bind(name, "key", "default");
                    Value value = dict.get(bound.required("key"));
                    Value otherwise = bound.value("default");
                    return value != null ? value : otherwise == null ? Value.None.NONE : otherwise;
                };
            case "items" -> _ -> new Items(Items.Kind.VIEW, dict.items());
            case "keys" -> _ -> new Items(Items.Kind.VIEW, dict.keys());
            case "values" -> _ -> new Items(Items.Kind.VIEW, dict.values());
            case "copy" ->
                _ -> {
                    var copy = new Dict();
                    dict.entries().forEach(entry -> copy.put(entry.key(), entry.value()));
                    return copy;
                };
            case "pop", "popitem", "update", "setdefault", "clear" -> refused("dict." + name);
            default -> null;
        };
        return body == null ? null : new Value.Function(name, body);
    }

    private static Value.Function.Body refused(String method) {
        return _ -> {
            throw new Fault(method + " is refused: it changes its object");
        };
    }
}
