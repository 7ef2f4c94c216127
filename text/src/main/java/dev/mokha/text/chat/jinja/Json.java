package dev.mokha.text.chat.jinja;

import org.jspecify.annotations.Nullable;

/// `json.dumps` of Python.
final class Json {
    /// How to write.
    ///
    /// @param indent what each level adds, or null for one line
    record Style(boolean ascii, @Nullable String indent, String itemSeparator, String keySeparator, boolean sorted) {}

    private final StringBuilder out = new StringBuilder();
    private final Style style;
    private final Meter meter;

    private Json(Style style, Meter meter) {
        this.style = style;
        this.meter = meter;
    }

    static String write(Value value, Style style, Meter meter) {
        var json = new Json(style, meter);
        json.write(value, 0);
        return json.out.toString();
    }

    private void write(Value value, int depth) {
        meter.depth(depth);
        meter.text(out.length());
        switch (value) {
            case Value.Text text -> quote(text.text());
            case Value.Int i -> out.append(i.value());
            case Value.Real real -> out.append(real(real.value()));
            case Value.Bool bool -> out.append(bool == Value.Bool.TRUE ? "true" : "false");
            case Value.None _ -> out.append("null");
            case Items items
            when items.kind() == Items.Kind.LIST || items.kind() == Items.Kind.TUPLE -> array(items, depth);
            case Dict dict -> object(dict, depth);
            case Value.Undefined undefined ->
                throw new Fault("tojson of a value that is not there: " + undefined.reason());
            default -> throw new Fault("'" + value.type() + "' has no JSON form");
        }
    }

    private static String real(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        return Double.isInfinite(value) ? (value > 0 ? "Infinity" : "-Infinity") : Numbers.text(value);
    }

    private void array(Items items, int depth) {
        out.append('[');
        boolean first = true;
        for (Value item : items.values()) {
            separate(first, depth + 1);
            write(item, depth + 1);
            first = false;
        }
        close(']', first, depth);
    }

    private void object(Dict dict, int depth) {
        out.append('{');
        boolean first = true;
        Iterable<Dict.Entry> entries = style.sorted()
                ? dict.entries().stream()
                        .sorted((a, b) -> Comparing.order(a.key(), b.key(), meter))
                        .toList()
                : dict.entries();
        for (Dict.Entry entry : entries) {
            separate(first, depth + 1);
            quote(key(entry.key()));
            out.append(style.keySeparator());
            write(entry.value(), depth + 1);
            first = false;
        }
        close('}', first, depth);
    }

    private static String key(Value key) {
        return switch (key) {
            case Value.Text text -> text.text();
            case Value.Int i -> Long.toString(i.value());
            case Value.Real real -> real(real.value());
            case Value.Bool bool -> bool == Value.Bool.TRUE ? "true" : "false";
            case Value.None _ -> "null";
            default -> throw new Fault("'" + key.type() + "' cannot be a key in JSON");
        };
    }

    private void separate(boolean first, int depth) {
        if (!first) {
            out.append(style.itemSeparator());
        }
        line(depth);
    }

    private void close(char bracket, boolean empty, int depth) {
        if (!empty) {
            line(depth);
        }
        out.append(bracket);
    }

    private void line(int depth) {
        if (style.indent() != null) {
            meter.text((long) out.length() + (long) style.indent().length() * depth);
            out.append('\n').repeat(style.indent(), depth);
        }
    }

    private void quote(String text) {
        meter.text((long) out.length() + text.length());
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                default -> {
                    if (c < ' ' || (style.ascii() && c > '~')) {
                        out.append("\\u%04x".formatted((int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
