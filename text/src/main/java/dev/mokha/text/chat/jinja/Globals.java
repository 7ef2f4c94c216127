package dev.mokha.text.chat.jinja;

import java.time.Clock;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;

/// The functions that every template sees.
final class Globals {
    private Globals() {}

    static Scope scope(Clock clock, Meter meter) {
        var scope = new Scope(null);
        define(scope, "range", args -> range(args, meter));
        define(scope, "namespace", args -> {
            var namespace = new Value.Namespace();
            for (Value value : args.positional()) {
                if (!(value instanceof Dict dict)) {
                    throw new Fault("namespace takes a mapping, not " + value.type());
                }
                dict.entries()
                        .forEach(entry -> namespace.attributes().put(Printing.text(entry.key(), meter), entry.value()));
            }
            namespace.attributes().putAll(args.named());
            return namespace;
        });
        define(scope, "dict", args -> {
            var dict = new Dict();
            for (Value value : args.positional()) {
                for (Value pair : value instanceof Dict other ? other.items() : Operators.iterate(value, meter)) {
                    List<Value> two = Operators.iterate(pair, meter);
                    if (two.size() != 2) {
                        throw new Fault("dict takes pairs, not " + two.size() + " values");
                    }
                    dict.put(two.getFirst(), two.getLast());
                }
            }
            args.named().forEach(dict::put);
            return dict;
        });
        define(scope, "raise_exception", args -> {
            throw new Fault(
                    Printing.text(args.bind("raise_exception", "message").required("message"), meter), true);
        });
        define(
                scope,
                "strftime_now",
                args -> new Value.Text(
                        Strftime.format(args.bind("strftime_now", "format").text("format"), ZonedDateTime.now(clock))));
        return scope;
    }

    private static void define(Scope scope, String name, Value.Function.Body body) {
        scope.set(name, new Value.Function(name, body));
    }

    private static Value range(Args args, Meter meter) {
        List<Value> given = args.positional();
        if (given.isEmpty() || given.size() > 3 || !args.named().isEmpty()) {
            throw new Fault("range takes one to three numbers");
        }
        long from = given.size() > 1 ? Numbers.integer(given.get(0)) : 0;
        long to = Numbers.integer(given.get(given.size() > 1 ? 1 : 0));
        long step = given.size() > 2 ? Numbers.integer(given.get(2)) : 1;
        if (step == 0) {
            throw new Fault("range needs a step that is not zero");
        }
        List<Value> values = new ArrayList<>();
        int most = meter.limits().range();
        for (long at = from; step > 0 ? at < to : at > to; at = Math.addExact(at, step)) {
            if (values.size() == most) {
                throw new Fault("a range of more than " + most + " numbers");
            }
            values.add(new Value.Int(at));
        }
        meter.items(values.size());
        return new Items(Items.Kind.RANGE, values);
    }
}
