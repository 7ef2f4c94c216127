package dev.mokha.text.chat.jinja;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// Filters that make text, or read numbers from it.
final class TextFilters {
    private static final Pattern WORD = Pattern.compile("[\\w]+", Pattern.UNICODE_CHARACTER_CLASS);

    private TextFilters() {}

    static void register(Map<String, Filters.Filter> filters) {
        filters.put("string", (value, _, meter) -> soft(value, meter));
        filters.put("safe", (value, _, meter) -> new Value.Text(Printing.text(value, meter), true));
        filters.put("upper", (value, _, meter) -> keep(value, PyText.upper(Printing.text(value, meter))));
        filters.put("lower", (value, _, meter) -> keep(value, PyText.lower(Printing.text(value, meter))));
        filters.put("capitalize", (value, _, meter) -> keep(value, PyText.capitalize(Printing.text(value, meter))));
        filters.put("title", (value, _, meter) -> keep(value, title(Printing.text(value, meter))));
        filters.put(
                "trim",
                (value, args, meter) -> keep(
                        value,
                        PyText.strip(
                                Printing.text(value, meter),
                                args.bind("trim", "chars").optionalText("chars"),
                                true,
                                true)));
        filters.put("replace", TextFilters::replace);
        filters.put("indent", TextFilters::indent);
        filters.put("tojson", TextFilters::json);
        filters.put("int", TextFilters::integer);
        filters.put("float", TextFilters::real);
        filters.put("abs", (value, _, _) -> Numbers.real(value) < 0 ? Numbers.negate(value) : value);
        filters.put("round", TextFilters::round);
        filters.put(
                "format",
                (value, args, meter) ->
                        PercentFormat.format(Printing.text(value, meter), Items.tuple(args.positional()), meter));
        filters.put(
                "escape", (value, _, meter) -> new Value.Text(soft(value, meter).escaped(), true));
        filters.put("e", (value, _, meter) -> new Value.Text(soft(value, meter).escaped(), true));
        filters.put(
                "wordcount",
                (value, _, meter) -> new Value.Int(
                        WORD.matcher(Printing.text(value, meter)).results().count()));
    }

    private static Value.Text soft(Value value, Meter meter) {
        return value instanceof Value.Text text ? text : new Value.Text(Printing.text(value, meter));
    }

    /// {@return this text, markup where the value was}
    private static Value keep(Value value, String text) {
        return new Value.Text(text, value instanceof Value.Text old && old.markup());
    }

    private static Value text(String text) {
        return new Value.Text(text);
    }

    /// A capital after the start, white space, a hyphen or an opening bracket; the rest in small letters.
    private static String title(String text) {
        var out = new StringBuilder(text.length());
        boolean start = true;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            String one = Character.toString(c);
            out.append(start ? PyText.upper(one) : PyText.lower(one));
            start = PyText.isSpace(c) || "-({[<".indexOf(c) >= 0;
        }
        return out.toString();
    }

    private static Value replace(Value value, Args args, Meter meter) {
        Args.Bound bound = args.bind("replace", "old", "new", "count");
        Value count = bound.value("count");
        return text(TextMethods.replace(
                Printing.text(value, meter),
                Printing.text(bound.required("old"), meter),
                Printing.text(bound.required("new"), meter),
                count == null || count == Value.None.NONE ? -1 : Numbers.integer(count),
                meter));
    }

    private static Value indent(Value value, Args args, Meter meter) {
        Args.Bound bound = args.bind("indent", "width", "first", "blank");
        String margin = bound.value("width") instanceof Value.Text width
                ? width.text()
                : spaces(bound.integer("width", 4), meter);
        boolean blank = bound.flag("blank", false);
        if (!(value instanceof Value.Text source)) {
            throw Comparing.undefinedOr(value, value, "indent needs a string, not " + value.type());
        }
        List<Value> lines = TextMethods.lines(source.text() + "\n", meter);
        var out = new StringBuilder(bound.flag("first", false) ? margin : "");
        for (int i = 0; i < lines.size(); i++) {
            String line = Printing.text(lines.get(i), meter);
            out.append(i == 0 ? "" : "\n")
                    .append(i > 0 && (blank || !line.isEmpty()) ? margin : "")
                    .append(line);
            meter.text(out.length());
        }
        return text(out.toString());
    }

    private static String spaces(long count, Meter meter) {
        meter.text(count);
        return " ".repeat(Math.clamp(count, 0, Integer.MAX_VALUE));
    }

    private static Value json(Value value, Args args, Meter meter) {
        Args.Bound bound = args.bind("tojson", "ensure_ascii", "indent", "separators", "sort_keys");
        Value width = bound.value("indent");
        String indent = width == null || width == Value.None.NONE
                ? null
                : width instanceof Value.Text margin ? margin.text() : spaces(Numbers.integer(width), meter);
        String item = indent == null ? ", " : ",";
        String key = ": ";
        if (bound.value("separators") instanceof Items separators
                && separators.values().size() == 2) {
            item = Printing.text(separators.values().getFirst(), meter);
            key = Printing.text(separators.values().getLast(), meter);
        }
        var style =
                new Json.Style(bound.flag("ensure_ascii", false), indent, item, key, bound.flag("sort_keys", false));
        return text(Json.write(value, style, meter));
    }

    private static Value integer(Value value, Args args, Meter meter) {
        Args.Bound bound = args.bind("int", "default", "base");
        Value otherwise = bound.value("default");
        try {
            return switch (value) {
                case Value.Undefined undefined -> throw new Fault(undefined.reason());
                case Value.Int _, Value.Bool _ -> new Value.Int(Numbers.integer(value));
                case Value.Real real -> whole(real.value());
                case Value.Text text -> parsed(text.text(), bound.integer("base", 10));
                default -> throw new NumberFormatException();
            };
        } catch (NumberFormatException _) {
            return otherwise == null ? new Value.Int(0) : otherwise;
        }
    }

    private static Value whole(double value) {
        if (Double.isNaN(value) || Math.abs(value) > Long.MAX_VALUE) {
            throw new NumberFormatException();
        }
        return new Value.Int((long) value);
    }

    private static Value parsed(String text, long base) {
        String number = PyText.strip(text, null, true, true).replace("_", "");
        if (base < 2 || base > 36) {
            throw new NumberFormatException();
        }
        try {
            String prefix = base == 16 ? "0x" : base == 8 ? "0o" : base == 2 ? "0b" : "";
            boolean prefixed = !prefix.isEmpty() && PyText.lower(number).startsWith(prefix);
            return new Value.Int(Long.parseLong(prefixed ? number.substring(2) : number, (int) base));
        } catch (NumberFormatException _) {
            return whole(Double.parseDouble(number));
        }
    }

    private static Value real(Value value, Args args, Meter meter) {
        Value otherwise = args.bind("float", "default").value("default");
        try {
            return switch (value) {
                case Value.Undefined undefined -> throw new Fault(undefined.reason());
                case Value.Int _, Value.Bool _, Value.Real _ -> new Value.Real(Numbers.real(value));
                case Value.Text text -> new Value.Real(Double.parseDouble(PyText.strip(text.text(), null, true, true)));
                default -> throw new NumberFormatException();
            };
        } catch (NumberFormatException _) {
            return otherwise == null ? new Value.Real(0) : otherwise;
        }
    }

    private static Value round(Value value, Args args, Meter meter) {
        Args.Bound bound = args.bind("round", "precision", "method");
        int precision = Math.clamp(bound.integer("precision", 0), -300, 300);
        String method = bound.value("method") == null ? "common" : bound.text("method");
        double number = Numbers.real(value);
        if (Double.isNaN(number) || Double.isInfinite(number)) {
            return value;
        }
        double scale = Math.pow(10, precision);
        return switch (method) {
            case "common" -> {
                BigDecimal rounded = new BigDecimal(number).setScale(precision, RoundingMode.HALF_EVEN);
                yield Numbers.isWhole(value)
                        ? new Value.Int(rounded.longValue())
                        : new Value.Real(rounded.doubleValue());
            }
            case "ceil" -> new Value.Real(Math.ceil(number * scale) / scale);
            case "floor" -> new Value.Real(Math.floor(number * scale) / scale);
            default -> throw new Fault("round's method is common, ceil or floor, not '" + method + "'");
        };
    }
}
