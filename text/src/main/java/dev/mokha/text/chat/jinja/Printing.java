package dev.mokha.text.chat.jinja;

import java.util.Collection;
import java.util.Iterator;
import java.util.Map;

/// `str` and `repr` of a value.
final class Printing {
    private final StringBuilder out = new StringBuilder();
    private final Meter meter;

    private Printing(Meter meter) {
        this.meter = meter;
    }

    static String text(Value value, Meter meter) {
        return switch (value) {
            case Value.Text text -> text.text();
            case Value.Undefined _ -> "";
            default -> repr(value, meter);
        };
    }

    static String repr(Value value, Meter meter) {
        var printing = new Printing(meter);
        printing.print(value, 0);
        meter.spend(printing.out.length() / 64);
        return printing.out.toString();
    }

    private void print(Value value, int depth) {
        meter.depth(depth);
        meter.text(out.length());
        switch (value) {
            case Value.Text text -> quote(text.text());
            case Value.Int i -> out.append(i.value());
            case Value.Real real -> out.append(Numbers.text(real.value()));
            case Value.Bool bool -> out.append(bool == Value.Bool.TRUE ? "True" : "False");
            case Value.None _ -> out.append("None");
            case Value.Undefined _ -> out.append("Undefined");
            case Items items -> items(items, depth);
            case Dict dict -> dict(dict, depth);
            case Value.Namespace namespace -> namespace(namespace.attributes(), depth);
            case Value.Function function ->
                out.append("<function ").append(function.name()).append('>');
            case Loop _ -> out.append("<LoopContext>");
        }
    }

    private void items(Items items, int depth) {
        switch (items.kind()) {
            case LIST -> listed("[", items.values(), "]", depth);
            case TUPLE -> listed("(", items.values(), items.values().size() == 1 ? ",)" : ")", depth);
            case VIEW -> listed("dict_view([", items.values(), "])", depth);
            case RANGE -> range(items);
            case GENERATOR -> out.append("<generator>");
        }
    }

    private void range(Items items) {
        int size = items.values().size();
        long from = size == 0 ? 0 : Numbers.integer(items.values().getFirst());
        long step = size < 2 ? 1 : Numbers.integer(items.values().get(1)) - from;
        out.append("range(").append(from).append(", ").append(from + size * step);
        out.append(step == 1 ? ")" : ", " + step + ")");
    }

    private void listed(String open, Collection<Value> values, String close, int depth) {
        out.append(open);
        for (Iterator<Value> rest = values.iterator(); rest.hasNext(); ) {
            print(rest.next(), depth + 1);
            out.append(rest.hasNext() ? ", " : "");
        }
        out.append(close);
    }

    private void dict(Dict dict, int depth) {
        out.append('{');
        String comma = "";
        for (Dict.Entry entry : dict.entries()) {
            out.append(comma);
            print(entry.key(), depth + 1);
            out.append(": ");
            print(entry.value(), depth + 1);
            comma = ", ";
        }
        out.append('}');
    }

    private void namespace(Map<String, Value> attributes, int depth) {
        var dict = new Dict();
        attributes.forEach(dict::put);
        out.append("<Namespace ");
        dict(dict, depth);
        out.append('>');
    }

    private void quote(String text) {
        meter.text((long) out.length() + text.length());
        char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        out.append(quote);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\\' -> out.append("\\\\");
                default -> {
                    if (c == quote) {
                        out.append('\\').append(quote);
                    } else if (printable(c)) {
                        out.appendCodePoint(c);
                    } else {
                        out.append(
                                c < 0x100
                                        ? "\\x%02x".formatted(c)
                                        : c < 0x10000 ? "\\u%04x".formatted(c) : "\\U%08x".formatted(c));
                    }
                }
            }
        });
        out.append(quote);
    }

    private static boolean printable(int c) {
        return c == ' '
                || switch (Character.getType(c)) {
                    case Character.CONTROL,
                            Character.FORMAT,
                            Character.SURROGATE,
                            Character.PRIVATE_USE,
                            Character.UNASSIGNED,
                            Character.LINE_SEPARATOR,
                            Character.PARAGRAPH_SEPARATOR,
                            Character.SPACE_SEPARATOR -> false;
                    default -> true;
                };
    }
}
