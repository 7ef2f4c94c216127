package dev.mokha.text.chat.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Arithmetic, subscripts, slices and iteration over values.
final class Operators {
    private Operators() {}

    static Value binary(String operator, Value a, Value b, Meter meter) {
        if (operator.equals("%") && a instanceof Value.Text format) {
            return PercentFormat.format(format.text(), b, meter);
        }
        if (Numbers.isNumber(a) && Numbers.isNumber(b)) {
            return switch (operator) {
                case "+" -> Numbers.add(a, b);
                case "-" -> Numbers.subtract(a, b);
                case "*" -> Numbers.multiply(a, b);
                case "/" -> Numbers.divide(a, b);
                case "//" -> Numbers.floorDivide(a, b);
                case "%" -> Numbers.modulo(a, b);
                case "**" -> Numbers.power(a, b);
                default -> throw new Fault("unknown operator '" + operator + "'");
            };
        }
        if (operator.equals("+") && a instanceof Value.Text x && b instanceof Value.Text y) {
            meter.text((long) x.text().length() + y.text().length());
            Value.Text sum = x.markup() || y.markup()
                    ? new Value.Text(x.escaped() + y.escaped(), true)
                    : new Value.Text(x.text() + y.text());
            meter.text(sum.text().length());
            return sum;
        }
        if (operator.equals("+") && a instanceof Items x && b instanceof Items y && concatenates(x, y)) {
            meter.items((long) x.values().size() + y.values().size());
            List<Value> both = new ArrayList<>(x.values());
            both.addAll(y.values());
            return new Items(x.kind(), both);
        }
        if (operator.equals("*") && Numbers.isWhole(b)) {
            return repeat(a, Numbers.integer(b), meter);
        }
        if (operator.equals("*") && Numbers.isWhole(a)) {
            return repeat(b, Numbers.integer(a), meter);
        }
        throw Comparing.undefinedOr(
                a, b, "'" + operator + "' does not go with '" + a.type() + "' and '" + b.type() + "'");
    }

    private static boolean concatenates(Items a, Items b) {
        return a.kind() == b.kind() && (a.kind() == Items.Kind.LIST || a.kind() == Items.Kind.TUPLE);
    }

    private static Value repeat(Value value, long count, Meter meter) {
        int times = Math.clamp(count, 0, Integer.MAX_VALUE);
        if (value instanceof Value.Text text) {
            meter.text((long) text.text().length() * times);
            return text.with(text.text().repeat(text.text().isEmpty() ? 0 : times));
        }
        if (value instanceof Items items && concatenates(items, items)) {
            meter.items((long) items.values().size() * times);
            List<Value> all = new ArrayList<>();
            for (int i = 0; i < times && !items.values().isEmpty(); i++) {
                all.addAll(items.values());
            }
            return new Items(items.kind(), all);
        }
        throw Comparing.undefinedOr(value, value, "'*' does not go with '" + value.type() + "' and 'int'");
    }

    /// {@return `target.name`: a method or attribute first, a key second}
    static Value attribute(Value target, String name, Meter meter) {
        Value own = own(target, name, meter);
        if (own != null) {
            return own;
        }
        Value item = target instanceof Dict dict ? dict.get(name) : null;
        return item == null ? missing(target, "attribute '" + name + "'") : item;
    }

    /// {@return `target[key]`: an item first, an attribute second}
    static Value item(Value target, Value key, Meter meter) {
        Value found = switch (target) {
            case Value.Undefined undefined -> throw new Fault(undefined.reason());
            case Dict dict -> Dict.isHashable(key) ? dict.get(key) : null;
            case Value.Text text
            when Numbers.isWhole(key) -> {
                int length = PyText.length(text.text());
                long at = index(Numbers.integer(key), length);
                meter.text(length);
                yield at < 0 || at >= length ? null : text.with(PyText.slice(text.text(), (int) at, (int) at + 1));
            }
            case Items items
            when items.indexed() && Numbers.isWhole(key) -> {
                long at = index(Numbers.integer(key), items.values().size());
                yield at < 0 || at >= items.values().size()
                        ? null
                        : items.values().get((int) at);
            }
            default -> null;
        };
        if (found == null && key instanceof Value.Text name) {
            found = own(target, name.text(), meter);
        }
        return found == null ? missing(target, "element " + Printing.repr(key, meter)) : found;
    }

    private static long index(long index, int length) {
        return index < 0 ? index + length : index;
    }

    /// {@return a method, or an attribute of a namespace or loop; null when there is none}
    static @Nullable Value own(Value target, String name, Meter meter) {
        return switch (target) {
            case Value.Text text -> TextMethods.of(text, name, meter);
            case Items items -> CollectionMethods.of(items, name, meter);
            case Dict dict -> CollectionMethods.of(dict, name);
            case Value.Namespace namespace -> namespace.attributes().get(name);
            case Loop loop -> loop.attribute(name, meter);
            case Value.Undefined undefined -> throw new Fault(undefined.reason());
            case Value.Function function -> name.equals("name") ? new Value.Text(function.name()) : null;
            case Value.Int _, Value.Real _, Value.Bool _, Value.None _ -> null;
        };
    }

    private static Value missing(Value target, String what) {
        return new Value.Undefined("'" + target.type() + "' has no " + what);
    }

    /// `target[from:to:step]`; an absent bound is `none`.
    static Value slice(Value target, Value from, Value to, Value step, Meter meter) {
        long stride = step == Value.None.NONE ? 1 : Numbers.integer(step);
        if (stride == 0) {
            throw new Fault("a slice's step cannot be zero");
        }
        return switch (target) {
            case Value.Text text -> {
                int[] points = text.text().codePoints().toArray();
                meter.items(points.length);
                var out = new StringBuilder();
                positions(points.length, from, to, stride).forEach(at -> out.appendCodePoint(points[at]));
                yield text.with(out.toString());
            }
            case Items items
            when items.indexed() -> {
                List<Value> out = new ArrayList<>();
                meter.items(items.values().size());
                positions(items.values().size(), from, to, stride)
                        .forEach(at -> out.add(items.values().get(at)));
                yield new Items(items.kind(), out);
            }
            case Value.Undefined undefined -> throw new Fault(undefined.reason());
            default -> new Value.Undefined("'" + target.type() + "' cannot be sliced");
        };
    }

    private static List<Integer> positions(int length, Value from, Value to, long stride) {
        boolean forward = stride > 0;
        long start = bound(from, length, forward ? 0 : length - 1L, forward);
        long end = bound(to, length, forward ? length : -1, forward);
        List<Integer> positions = new ArrayList<>();
        long jump = Math.clamp(stride, -1L - length, 1L + length);
        for (long at = start; forward ? at < end : at > end; at += jump) {
            positions.add((int) at);
        }
        return positions;
    }

    private static long bound(Value value, int length, long otherwise, boolean forward) {
        if (value == Value.None.NONE) {
            return otherwise;
        }
        long at = Numbers.integer(value);
        if (at < 0) {
            return Math.max(at + length, forward ? 0 : -1);
        }
        return Math.min(at, forward ? length : length - 1L);
    }

    /// {@return what a `for` walks over: items, keys, characters, or nothing}
    static List<Value> iterate(Value value, Meter meter) {
        List<Value> values = switch (value) {
            case Items items -> items.walk();
            case Dict dict -> dict.keys();
            case Value.Text text -> {
                meter.items(text.text().length());
                List<Value> characters = new ArrayList<>();
                text.text().codePoints().forEach(c -> characters.add(new Value.Text(Character.toString(c))));
                yield characters;
            }
            case Value.Undefined _ -> Collections.emptyList();
            default -> throw new Fault("'" + value.type() + "' is not iterable");
        };
        meter.items(values.size());
        return values;
    }

    static long length(Value value) {
        return switch (value) {
            case Value.Text text -> PyText.length(text.text());
            case Items items
            when items.kind() != Items.Kind.GENERATOR -> items.values().size();
            case Dict dict -> dict.size();
            case Value.Undefined _ -> 0;
            default -> throw new Fault("'" + value.type() + "' has no length");
        };
    }
}
