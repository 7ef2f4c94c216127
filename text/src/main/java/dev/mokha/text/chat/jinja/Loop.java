package dev.mokha.text.chat.jinja;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// `loop` inside a `for`.
final class Loop implements Value {
    private final List<Value> items;
    private int index;
    private @Nullable List<Value> lastSeen;

    Loop(List<Value> items) {
        this.items = items;
    }

    void at(int index) {
        this.index = index;
    }

    /// {@return the attribute, or null when `loop` has none of that name}
    @Nullable
    Value attribute(String name, Meter meter) {
        int size = items.size();
        return switch (name) {
            case "index" -> new Int(index + 1L);
            case "index0" -> new Int(index);
            case "revindex" -> new Int(size - (long) index);
            case "revindex0" -> new Int(size - 1L - index);
            case "first" -> Bool.of(index == 0);
            case "last" -> Bool.of(index == size - 1);
            case "length" -> new Int(size);
            case "depth" -> new Int(1); // deeper in a recursive loop only
            case "depth0" -> new Int(0);
            case "previtem" -> index > 0 ? items.get(index - 1) : new Undefined("there is no previous item");
            case "nextitem" -> index + 1 < size ? items.get(index + 1) : new Undefined("there is no next item");
            case "cycle" ->
                new Function("cycle", args -> {
                    List<Value> values = args.positional();
                    if (values.isEmpty()) {
                        throw new Fault("no items for cycling given");
                    }
                    return values.get(index % values.size());
                });
            case "changed" ->
                new Function("changed", args -> {
                    List<Value> now = args.positional();
                    List<Value> before = lastSeen;
                    lastSeen = now;
                    return Bool.of(before == null || !Comparing.equal(Items.tuple(now), Items.tuple(before), meter));
                });
            default -> null;
        };
    }
}
