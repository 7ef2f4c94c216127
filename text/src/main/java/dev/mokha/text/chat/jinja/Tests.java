package dev.mokha.text.chat.jinja;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What may follow `is`.
final class Tests {
    /// Tells whether a value passes.
    interface Test {
        boolean holds(Value value, Args args, Meter meter);
    }

    private static final Map<String, Test> TESTS = new HashMap<>();

    static {
        TESTS.put("defined", (value, _, _) -> !(value instanceof Value.Undefined));
        TESTS.put("undefined", (value, _, _) -> value instanceof Value.Undefined);
        TESTS.put("none", (value, _, _) -> value == Value.None.NONE);
        TESTS.put("boolean", (value, _, _) -> value instanceof Value.Bool);
        TESTS.put("true", (value, _, _) -> value == Value.Bool.TRUE);
        TESTS.put("false", (value, _, _) -> value == Value.Bool.FALSE);
        TESTS.put("integer", (value, _, _) -> value instanceof Value.Int);
        TESTS.put("float", (value, _, _) -> value instanceof Value.Real);
        TESTS.put("number", (value, _, _) -> Numbers.isNumber(value));
        TESTS.put("string", (value, _, _) -> value instanceof Value.Text);
        TESTS.put("mapping", (value, _, _) -> value instanceof Dict);
        TESTS.put("callable", (value, _, _) -> value instanceof Value.Function);
        TESTS.put("iterable", (value, _, _) -> iterable(value));
        TESTS.put("sequence", (value, _, _) -> sequence(value));
        TESTS.put("lower", (value, _, meter) -> isCase("islower", value, meter));
        TESTS.put("upper", (value, _, meter) -> isCase("isupper", value, meter));
        TESTS.put("odd", (value, _, _) -> remainder(value, new Value.Int(2)) == 1);
        TESTS.put("even", (value, _, _) -> remainder(value, new Value.Int(2)) == 0);
        TESTS.put("divisibleby", (value, args, _) -> remainder(value, other(args)) == 0);
        TESTS.put("sameas", (value, args, meter) -> same(value, other(args), meter));
        TESTS.put("in", (value, args, meter) -> Comparing.contains(other(args), value, meter));
        put((value, args, meter) -> Comparing.equal(value, other(args), meter), "eq", "equalto", "==");
        put((value, args, meter) -> !Comparing.equal(value, other(args), meter), "ne", "!=");
        put((value, args, meter) -> Comparing.order(value, other(args), meter) < 0, "lt", "lessthan", "<");
        put((value, args, meter) -> Comparing.order(value, other(args), meter) <= 0, "le", "<=");
        put((value, args, meter) -> Comparing.order(value, other(args), meter) > 0, "gt", "greaterthan", ">");
        put((value, args, meter) -> Comparing.order(value, other(args), meter) >= 0, "ge", ">=");
        TESTS.put("filter", (value, _, meter) -> Filters.named(Printing.text(value, meter)) != null);
        TESTS.put("test", (value, _, meter) -> TESTS.containsKey(Printing.text(value, meter)));
    }

    private Tests() {}

    private static void put(Test test, String... names) {
        for (String name : names) {
            TESTS.put(name, test);
        }
    }

    static @Nullable Test named(String name) {
        return TESTS.get(name);
    }

    private static Value other(Args args) {
        return args.bind("the test", "other").required("other");
    }

    private static boolean iterable(Value value) {
        return switch (value) {
            case Value.Text _, Items _, Dict _, Value.Undefined _, Loop _ -> true;
            case Value.Int _, Value.Real _, Value.Bool _, Value.None _, Value.Function _, Value.Namespace _ -> false;
        };
    }

    private static boolean sequence(Value value) {
        return switch (value) {
            case Value.Text _, Dict _, Value.Undefined _ -> true;
            case Items items -> items.indexed();
            case Value.Int _, Value.Real _, Value.Bool _, Value.None _, Value.Function _, Value.Namespace _, Loop _ ->
                false;
        };
    }

    private static boolean isCase(String method, Value value, Meter meter) {
        Value found = TextMethods.of(new Value.Text(Printing.text(value, meter)), method, meter);
        return found instanceof Value.Function function
                && function.body().call(Args.NONE).truth();
    }

    private static double remainder(Value value, Value divisor) {
        return Numbers.real(Numbers.modulo(value, divisor));
    }

    /// Identity, as far as values without an address have one.
    private static boolean same(Value a, Value b, Meter meter) {
        return Comparing.same(a, b)
                || (a.getClass() == b.getClass()
                        && !(a instanceof Items)
                        && !(a instanceof Dict)
                        && Comparing.equal(a, b, meter));
    }
}
