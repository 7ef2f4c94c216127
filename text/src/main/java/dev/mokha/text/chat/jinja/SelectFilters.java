package dev.mokha.text.chat.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// `map`, `select`, `reject` and those that look at an attribute.
final class SelectFilters {
    private SelectFilters() {}

    static void register(Map<String, Filters.Filter> filters) {
        filters.put("map", SelectFilters::map);
        filters.put("select", (value, args, meter) -> select(value, args, false, true, meter));
        filters.put("reject", (value, args, meter) -> select(value, args, false, false, meter));
        filters.put("selectattr", (value, args, meter) -> select(value, args, true, true, meter));
        filters.put("rejectattr", (value, args, meter) -> select(value, args, true, false, meter));
    }

    private static Value map(Value value, Args args, Meter meter) {
        List<Value> mapped = new ArrayList<>();
        if (!value.truth()) {
            return new Items(Items.Kind.GENERATOR, mapped); // none and 0 too, as in Jinja
        }
        if (args.positional().isEmpty()) {
            Args.Bound bound = args.bind("map", "attribute", "default");
            Value otherwise = bound.value("default");
            for (Value item : Operators.iterate(value, meter)) {
                Value part = ItemFilters.path(item, bound.required("attribute"), meter);
                mapped.add(part instanceof Value.Undefined && otherwise != null ? otherwise : part);
            }
        } else {
            String filter = Printing.text(args.positional().getFirst(), meter);
            for (Value item : Operators.iterate(value, meter)) {
                mapped.add(Filters.apply(filter, item, args.rest(1), meter));
            }
        }
        return new Items(Items.Kind.GENERATOR, mapped);
    }

    private static Value select(Value value, Args args, boolean byAttribute, boolean keep, Meter meter) {
        List<Value> given = args.positional();
        if (!value.truth()) {
            return new Items(Items.Kind.GENERATOR, List.of());
        }
        if (byAttribute && given.isEmpty()) {
            throw new Fault("selectattr needs an attribute's name");
        }
        int skipped = byAttribute ? 1 : 0;
        String name = given.size() > skipped ? Printing.text(given.get(skipped), meter) : "";
        Tests.Test test = given.size() > skipped ? Tests.named(name) : (item, _, _) -> item.truth();
        if (test == null) {
            throw new Fault("the test '" + name + "' is not supported");
        }
        Args rest = args.rest(skipped + 1);
        List<Value> kept = new ArrayList<>();
        for (Value item : Operators.iterate(value, meter)) {
            Value tested = byAttribute ? ItemFilters.path(item, given.getFirst(), meter) : item;
            if (test.holds(tested, rest, meter) == keep) {
                kept.add(item);
            }
        }
        return new Items(Items.Kind.GENERATOR, kept);
    }
}
