package dev.mokha.language.evaluate;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the text that Python prints of plain values back: strings, whole and real numbers, `True`, `False`,
/// `None`, lists and tuples, as `ast.literal_eval` does. A task's template that gives a list gives it as such
/// text.
final class PythonLiteral {
    private static final int DEEPEST = 100;
    private static final int SHOWN = 200;

    private final String text;
    private int at;
    private int depth;

    private PythonLiteral(String text) {
        this.text = text;
    }

    /// {@return a String, Long, Double, Boolean, List of such, or null}
    /// @throws IllegalArgumentException for text that is no literal
    static @Nullable Object read(String text) {
        var literal = new PythonLiteral(text);
        literal.space();
        @Nullable Object value = literal.value();
        literal.space();
        if (literal.at < text.length()) {
            throw literal.error("there is more behind the value");
        }
        return value;
    }

    private @Nullable Object value() {
        if (at == text.length()) {
            throw error("a value is missing");
        }
        char c = text.charAt(at);
        if (c == '[') {
            return list(']');
        }
        if (c == '(') {
            return list(')');
        }
        if (c == '\'' || c == '"') {
            return string(c);
        }
        return word();
    }

    private List<@Nullable Object> list(char close) {
        if (++depth > DEEPEST) {
            throw error("lists nested more than " + DEEPEST + " deep");
        }
        at++;
        List<@Nullable Object> items = new ArrayList<>();
        space();
        while (at < text.length() && text.charAt(at) != close) {
            items.add(value());
            space();
            if (at < text.length() && text.charAt(at) == ',') {
                at++;
                space();
            } else if (at < text.length() && text.charAt(at) != close) {
                throw error("a comma is missing");
            }
        }
        if (at == text.length()) {
            throw error("a list is never closed");
        }
        at++;
        depth--;
        return items;
    }

    private String string(char quote) {
        var out = new StringBuilder();
        at++;
        while (at < text.length() && text.charAt(at) != quote) {
            char c = text.charAt(at++);
            if (c == '\\') {
                escape(out);
            } else {
                out.append(c);
            }
        }
        if (at == text.length()) {
            throw error("a string is never closed");
        }
        at++;
        return out.toString();
    }

    private void escape(StringBuilder out) {
        if (at == text.length()) {
            throw error("a string is never closed");
        }
        char c = text.charAt(at++);
        switch (c) {
            case 'n' -> out.append('\n');
            case 't' -> out.append('\t');
            case 'r' -> out.append('\r');
            case '\\', '\'', '"' -> out.append(c);
            case 'x' -> out.appendCodePoint(hex(2));
            case 'u' -> out.appendCodePoint(hex(4));
            case 'U' -> out.appendCodePoint(hex(8));
            default -> out.append('\\').append(c);
        }
    }

    private int hex(int digits) {
        try {
            int point = Integer.parseInt(text.substring(at, at + digits), 16);
            at += digits;
            if (!Character.isValidCodePoint(point)) {
                throw error("no such character");
            }
            return point;
        } catch (NumberFormatException | StringIndexOutOfBoundsException e) {
            throw new IllegalArgumentException(error("a broken escape").getMessage(), e);
        }
    }

    private @Nullable Object word() {
        int start = at;
        while (at < text.length() && ",])} \n\t".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        String word = text.substring(start, at);
        return switch (word) {
            case "True" -> true;
            case "False" -> false;
            case "None" -> null;
            default -> number(word);
        };
    }

    private Object number(String word) {
        try {
            if (word.chars().allMatch(c -> Character.isDigit(c) || c == '-' || c == '+')) {
                return Long.parseLong(word);
            }
            return Double.parseDouble(word);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    error("'" + word + "' is no value").getMessage(), e);
        }
    }

    private void space() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private IllegalArgumentException error(String reason) {
        return new IllegalArgumentException("not a Python list or value, " + reason + " at character " + (at + 1) + ": "
                + text.substring(0, Math.min(text.length(), SHOWN)));
    }
}
