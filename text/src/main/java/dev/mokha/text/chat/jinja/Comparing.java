package dev.mokha.text.chat.jinja;

import java.util.List;

/// Python's equality, order and membership.
final class Comparing {
    private Comparing() {}

    static boolean equal(Value a, Value b, Meter meter) {
        return equal(a, b, 0, meter);
    }

    private static boolean equal(Value a, Value b, int depth, Meter meter) {
        meter.depth(depth);
        meter.spend(1);
        if (Numbers.isNumber(a) && Numbers.isNumber(b)) {
            return (Numbers.isWhole(a) && Numbers.isWhole(b))
                    ? Numbers.integer(a) == Numbers.integer(b)
                    : Numbers.real(a) == Numbers.real(b);
        }
        return switch (a) {
            case Value.Text text -> b instanceof Value.Text other && text.text().equals(other.text());
            case Value.Undefined _ -> b instanceof Value.Undefined;
            case Items items ->
                same(items, b)
                        || (b instanceof Items other
                                && items.indexed()
                                && items.kind() == other.kind()
                                && equal(items.values(), other.values(), depth, meter));
            case Dict dict -> b instanceof Dict other && equal(dict, other, depth, meter);
            default -> same(a, b);
        };
    }

    @SuppressWarnings("ReferenceEquality") // identity is the question
    static boolean same(Value a, Value b) {
        return a == b;
    }

    private static boolean equal(List<Value> a, List<Value> b, int depth, Meter meter) {
        if (a.size() != b.size()) {
            return false;
        }
        for (int i = 0; i < a.size(); i++) {
            if (!equal(a.get(i), b.get(i), depth + 1, meter)) {
                return false;
            }
        }
        return true;
    }

    private static boolean equal(Dict a, Dict b, int depth, Meter meter) {
        if (a.size() != b.size()) {
            return false;
        }
        for (Dict.Entry entry : a.entries()) {
            Value other = b.get(entry.key());
            if (other == null || !equal(entry.value(), other, depth + 1, meter)) {
                return false;
            }
        }
        return true;
    }

    /// {@return below, at or above zero, as `a` sorts before, with or after `b`}
    static int order(Value a, Value b, Meter meter) {
        return order(a, b, 0, meter);
    }

    private static int order(Value a, Value b, int depth, Meter meter) {
        meter.depth(depth);
        meter.spend(1);
        if (Numbers.isWhole(a) && Numbers.isWhole(b)) {
            return Long.compare(Numbers.integer(a), Numbers.integer(b));
        }
        if (Numbers.isNumber(a) && Numbers.isNumber(b)) {
            return Double.compare(Numbers.real(a), Numbers.real(b));
        }
        if (a instanceof Value.Text x && b instanceof Value.Text y) {
            return order(x.text(), y.text());
        }
        if (a instanceof Items x && b instanceof Items y && x.indexed() && x.kind() == y.kind()) {
            int common = Math.min(x.values().size(), y.values().size());
            for (int i = 0; i < common; i++) {
                if (!equal(x.values().get(i), y.values().get(i), depth + 1, meter)) {
                    return order(x.values().get(i), y.values().get(i), depth + 1, meter);
                }
            }
            return Integer.compare(x.values().size(), y.values().size());
        }
        throw undefinedOr(a, b, "'" + a.type() + "' and '" + b.type() + "' have no order");
    }

    /// By code point, as Python sorts; Java's own order is by UTF-16 unit.
    private static int order(String a, String b) {
        int common = Math.min(a.length(), b.length());
        for (int i = 0; i < common; i++) {
            if (a.charAt(i) != b.charAt(i)) {
                int from = i > 0 && Character.isLowSurrogate(a.charAt(i)) && Character.isHighSurrogate(a.charAt(i - 1))
                        ? i - 1
                        : i;
                return Integer.compare(a.codePointAt(from), b.codePointAt(from));
            }
        }
        return Integer.compare(a.length(), b.length());
    }

    static boolean contains(Value container, Value item, Meter meter) {
        return switch (container) {
            case Value.Text text -> {
                if (!(item instanceof Value.Text part)) {
                    throw undefinedOr(item, item, "'in' needs a string on its left, not " + item.type());
                }
                meter.text(text.text().length());
                yield text.text().contains(part.text());
            }
            case Dict dict -> dict.get(item) != null;
            case Items items -> {
                for (Value value : items.walk()) {
                    if (same(value, item) || equal(value, item, meter)) {
                        yield true;
                    }
                }
                yield false;
            }
            case Value.Undefined _ -> false;
            default -> throw new Fault("'" + container.type() + "' is not iterable");
        };
    }

    /// {@return the reason of whichever is undefined, else this reason}
    static Fault undefinedOr(Value a, Value b, String reason) {
        if (a instanceof Value.Undefined undefined) {
            return new Fault(undefined.reason());
        }
        return b instanceof Value.Undefined undefined ? new Fault(undefined.reason()) : new Fault(reason);
    }
}
