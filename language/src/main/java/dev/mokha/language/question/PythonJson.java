package dev.mokha.language.question;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/// Writes JSON byte for byte as Python's `json.dumps(value, indent=4)`, which the official scripts
/// write their files with: everything outside ASCII escaped, numbers as Python's `repr`.
final class PythonJson {
    private final StringBuilder out = new StringBuilder();

    private PythonJson() {}

    /// @param value strings, doubles, ints, maps with string keys, and lists of them
    static String write(Object value) {
        var json = new PythonJson();
        json.value(value, 0);
        return json.out.toString();
    }

    private void value(Object value, int depth) {
        switch (value) {
            case String text -> string(text);
            case Double number -> out.append(number(number));
            case Integer number -> out.append(number.intValue());
            case Map<?, ?> map -> map(map, depth);
            case List<?> list -> list(list, depth);
            default -> throw new IllegalArgumentException("no JSON for a " + value.getClass());
        }
    }

    private void map(Map<?, ?> map, int depth) {
        if (map.isEmpty()) {
            out.append("{}");
            return;
        }
        out.append('{');
        String separator = "";
        for (var entry : map.entrySet()) {
            out.append(separator);
            line(depth + 1);
            string(String.valueOf(entry.getKey()));
            out.append(": ");
            value(entry.getValue(), depth + 1);
            separator = ",";
        }
        line(depth);
        out.append('}');
    }

    private void list(List<?> list, int depth) {
        if (list.isEmpty()) {
            out.append("[]");
            return;
        }
        out.append('[');
        String separator = "";
        for (Object item : list) {
            out.append(separator);
            line(depth + 1);
            value(item, depth + 1);
            separator = ",";
        }
        line(depth);
        out.append(']');
    }

    private void line(int depth) {
        out.append('\n').append("    ".repeat(depth));
    }

    private void string(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\f' -> out.append("\\f");
                case '\b' -> out.append("\\b");
                default -> {
                    if (c < ' ' || c > '~') {
                        out.append("\\u%04x".formatted((int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    /// The shortest digits that read back as the same number, which Java and Python agree on, in
    /// Python's layout: an exponent below 1e-4 and from 1e16, and then of two digits at least.
    static String number(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "Infinity" : "-Infinity";
        }
        if (value == 0) {
            return Double.toString(value);
        }
        var decimal = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        int exponent = decimal.precision() - decimal.scale() - 1;
        if (exponent >= -4 && exponent < 16) {
            String plain = decimal.toPlainString();
            return plain.contains(".") ? plain : plain + ".0";
        }
        String digits = decimal.unscaledValue().abs().toString();
        return (value < 0 ? "-" : "")
                + digits.charAt(0)
                + (digits.length() > 1 ? "." + digits.substring(1) : "")
                + (exponent < 0 ? "e-" : "e+")
                + "%02d".formatted(Math.abs(exponent));
    }
}
