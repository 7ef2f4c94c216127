package dev.mokha.text.chat.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Filters over lists and mappings.
final class ItemFilters {
    private ItemFilters() {}

    static void register(Map<String, Filters.Filter> filters) {
        filters.put("length", (value, _, _) -> new Value.Int(Operators.length(value)));
        filters.put("count", (value, _, _) -> new Value.Int(Operators.length(value)));
        filters.put("list", (value, _, meter) -> Items.list(new ArrayList<>(Operators.iterate(value, meter))));
        filters.put("first", (value, _, meter) -> end(Operators.iterate(value, meter), true));
        filters.put("last", (value, _, meter) -> end(Operators.iterate(value, meter), false));
        filters.put("default", ItemFilters::otherwise);
        filters.put("d", ItemFilters::otherwise);
        filters.put("join", ItemFilters::join);
        filters.put("items", ItemFilters::items);
        filters.put("dictsort", ItemFilters::dictsort);
        filters.put("sort", ItemFilters::sort);
        filters.put("unique", ItemFilters::unique);
        filters.put("reverse", ItemFilters::reverse);
        filters.put("sum", ItemFilters::sum);
        filters.put("min", (value, args, meter) -> extreme(value, args, true, meter));
        filters.put("max", (value, args, meter) -> extreme(value, args, false, meter));
        filters.put("batch", ItemFilters::batch);
        filters.put("attr", (value, args, meter) -> {
            String name = args.bind("attr", "name").text("name");
            Value found = Operators.own(value, name, meter);
            return found == null
                    ? new Value.Undefined("'" + value.type() + "' has no attribute '" + name + "'")
                    : found;
        });
    }

    private static Value end(List<Value> values, boolean first) {
        if (values.isEmpty()) {
            return new Value.Undefined("there is no item, the sequence is empty");
        }
        return first ? values.getFirst() : values.getLast();
    }

    private static Value otherwise(Value value, Args args, Meter meter) {
        Args.Bound bound = args.bind("default", "default_value", "boolean");
        Value otherwise = bound.value("default_value");
        boolean absent = value instanceof Value.Undefined || (bound.flag("boolean", false) && !value.truth());
        return !absent ? value : otherwise == null ? new Value.Text("") : otherwise;
    }

    private static Value join(Value value, Args args, Meter meter) {
        Args.Bound bound = args.bind("join", "d", "attribute");
        String separator = bound.value("d") == null ? "" : Printing.text(bound.required("d"), meter);
        Value attribute = bound.value("attribute");
        var out = new StringBuilder();
        boolean first = true;
        for (Value item : Operators.iterate(value, meter)) {
            Value part = attribute == null ? item : path(item, attribute, meter);
            out.append(first ? "" : separator).append(Printing.text(part, meter));
            meter.text(out.length());
            first = false;
        }
        return new Value.Text(out.toString());
    }

    /// {@return what `a.b.0` names inside an item}
    static Value path(Value item, Value path, Meter meter) {
        if (!(path instanceof Value.Text text)) {
            return Operators.item(item, path, meter);
        }
        Value value = item;
        for (String part : text.text().split("\\.", -1)) {
            boolean number =
                    !part.isEmpty() && part.length() < 10 && part.chars().allMatch(c -> c >= '0' && c <= '9');
            value = Operators.item(value, number ? new Value.Int(Integer.parseInt(part)) : new Value.Text(part), meter);
        }
        return value;
    }

    private static Value items(Value value, Args args, Meter meter) {
        return switch (value) {
            case Dict dict -> new Items(Items.Kind.GENERATOR, dict.items());
            case Value.Undefined _ -> new Items(Items.Kind.GENERATOR, List.of());
            default -> throw new Fault("items needs a mapping, not " + value.type());
        };
    }

    private static Value dictsort(Value value, Args args, Meter meter) {
        Args.Bound bound = args.bind("dictsort", "case_sensitive", "by", "reverse");
        if (!(value instanceof Dict dict)) {
            throw Comparing.undefinedOr(value, value, "dictsort needs a mapping, not " + value.type());
        }
        String by = bound.value("by") == null ? "key" : bound.text("by");
        if (!by.equals("key") && !by.equals("value")) {
            throw new Fault("dictsort goes by key or value, not '" + by + "'");
        }
        boolean sensitive = bound.flag("case_sensitive", false);
        Value position = new Value.Int(by.equals("key") ? 0 : 1);
        return sorted(
                dict.items(),
                item -> folded(path(item, position, meter), sensitive),
                bound.flag("reverse", false),
                meter);
    }

    private interface Key {
        Value of(Value item);
    }

    private static Value folded(Value value, boolean sensitive) {
        return !sensitive && value instanceof Value.Text text ? new Value.Text(PyText.lower(text.text())) : value;
    }

    private static Value sorted(List<Value> values, Key key, boolean reverse, Meter meter) {
        record Keyed(Value key, Value value) {}
        Comparator<Keyed> order = (a, b) -> Comparing.order(a.key(), b.key(), meter);
        List<Value> sorted = new ArrayList<>(values.size());
        values.stream()
                .map(value -> new Keyed(key.of(value), value))
                .sorted(reverse ? order.reversed() : order)
                .forEach(keyed -> sorted.add(keyed.value()));
        return Items.list(sorted);
    }

    private static Value sort(Value value, Args args, Meter meter) {
        Args.Bound bound = args.bind("sort", "reverse", "case_sensitive", "attribute");
        boolean sensitive = bound.flag("case_sensitive", false);
        Value attribute = bound.value("attribute");
        return sorted(
                Operators.iterate(value, meter),
                item -> key(item, attribute, sensitive, meter),
                bound.flag("reverse", false),
                meter);
    }

    private static Value key(Value item, @Nullable Value attribute, boolean sensitive, Meter meter) {
        if (attribute == null || attribute == Value.None.NONE) {
            return folded(item, sensitive);
        }
        if (attribute instanceof Value.Text text && text.text().indexOf(',') >= 0) {
            List<Value> keys = new ArrayList<>();
            for (String part : text.text().split(",", -1)) {
                keys.add(folded(path(item, new Value.Text(part), meter), sensitive));
            }
            return Items.list(keys);
        }
        return folded(path(item, attribute, meter), sensitive);
    }

    private static Value unique(Value value, Args args, Meter meter) {
        Args.Bound bound = args.bind("unique", "case_sensitive", "attribute");
        Set<Object> seen = new HashSet<>();
        List<Value> values = new ArrayList<>();
        for (Value item : Operators.iterate(value, meter)) {
            if (seen.add(Dict.hashable(
                    key(item, bound.value("attribute"), bound.flag("case_sensitive", false), meter), 0))) {
                values.add(item);
            }
        }
        return new Items(Items.Kind.GENERATOR, values);
    }

    private static Value reverse(Value value, Args args, Meter meter) {
        if (value instanceof Value.Text text) {
            meter.text(text.text().length());
            return new Value.Text(Printing.text(
                    Operators.slice(text, Value.None.NONE, Value.None.NONE, new Value.Int(-1), meter), meter));
        }
        List<Value> values = new ArrayList<>(Operators.iterate(value, meter));
        Collections.reverse(values);
        return new Items(Items.Kind.GENERATOR, values);
    }

    private static Value sum(Value value, Args args, Meter meter) {
        Args.Bound bound = args.bind("sum", "attribute", "start");
        Value attribute = bound.value("attribute");
        Value start = bound.value("start");
        Value total = start == null ? new Value.Int(0) : start;
        for (Value item : Operators.iterate(value, meter)) {
            Value part = attribute == null || attribute == Value.None.NONE ? item : path(item, attribute, meter);
            total = Operators.binary("+", total, part, meter);
        }
        return total;
    }

    private static Value extreme(Value value, Args args, boolean least, Meter meter) {
        Args.Bound bound = args.bind(least ? "min" : "max", "case_sensitive", "attribute");
        boolean sensitive = bound.flag("case_sensitive", false);
        Value best = null;
        for (Value item : Operators.iterate(value, meter)) {
            if (best == null) {
                best = item;
                continue;
            }
            int order = Comparing.order(
                    key(item, bound.value("attribute"), sensitive, meter),
                    key(best, bound.value("attribute"), sensitive, meter),
                    meter);
            best = (least ? order < 0 : order > 0) ? item : best;
        }
        return best == null ? new Value.Undefined("there is no item, the sequence is empty") : best;
    }

    private static Value batch(Value value, Args args, Meter meter) {
        Args.Bound bound = args.bind("batch", "linecount", "fill_with");
        long size = bound.integer("linecount", 0);
        Value fill = bound.value("fill_with");
        List<Value> rows = new ArrayList<>();
        List<Value> row = new ArrayList<>();
        for (Value item : Operators.iterate(value, meter)) {
            if (row.size() == size) {
                rows.add(Items.list(row));
                row = new ArrayList<>();
            }
            row.add(item);
        }
        if (!row.isEmpty()) {
            meter.items(fill == null ? 0 : size);
            while (fill != null && fill != Value.None.NONE && row.size() < size) {
                row.add(fill);
            }
            rows.add(Items.list(row));
        }
        return new Items(Items.Kind.GENERATOR, rows);
    }
}
