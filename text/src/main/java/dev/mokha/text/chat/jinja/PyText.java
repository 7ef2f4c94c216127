package dev.mokha.text.chat.jinja;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Python's ideas of text where Java's differ: white space, positions by code point, escapes.
final class PyText {
    private PyText() {}

    /// {@return whether `str.isspace` holds}
    static boolean isSpace(int c) {
        return switch (c) {
            case ' ',
                    '\t',
                    '\n',
                    0x0b,
                    '\f',
                    '\r',
                    0x1c,
                    0x1d,
                    0x1e,
                    0x1f,
                    0x85,
                    0xa0,
                    0x1680,
                    0x2028,
                    0x2029,
                    0x202f,
                    0x205f,
                    0x3000 -> true;
            default -> c >= 0x2000 && c <= 0x200a;
        };
    }

    static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    /// {@return the code points from `from` to `to`, which lie inside the text}
    static String slice(String text, int from, int to) {
        if (from >= to) {
            return "";
        }
        int start = text.offsetByCodePoints(0, from);
        return text.substring(start, text.offsetByCodePoints(start, to - from));
    }

    /// {@return the text without leading or trailing characters of `chars`, or without white space when that is null}
    static String strip(String text, @Nullable String chars, boolean left, boolean right) {
        int start = 0;
        int end = text.length();
        while (left && start < end && strips(text.codePointAt(start), chars)) {
            start += Character.charCount(text.codePointAt(start));
        }
        while (right && end > start && strips(text.codePointBefore(end), chars)) {
            end -= Character.charCount(text.codePointBefore(end));
        }
        return text.substring(start, end);
    }

    private static boolean strips(int c, @Nullable String chars) {
        return chars == null ? isSpace(c) : chars.indexOf(c) >= 0;
    }

    static String capitalize(String text) {
        if (text.isEmpty()) {
            return text;
        }
        int first = Character.charCount(text.codePointAt(0));
        return title(text.substring(0, first)) + lower(text.substring(first));
    }

    static String upper(String text) {
        return text.toUpperCase(Locale.ROOT);
    }

    static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    /// {@return `str.title`: a capital after every character that is no letter}
    static String title(String text) {
        var out = new StringBuilder(text.length());
        boolean inside = false;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            boolean cased = Character.isUpperCase(c) || Character.isLowerCase(c) || Character.isTitleCase(c);
            if (!cased) {
                out.appendCodePoint(c);
            } else if (inside) {
                out.append(lower(Character.toString(c)));
            } else {
                out.append(titleCase(c));
            }
            inside = cased;
        }
        return out.toString();
    }

    /// {@return the letter as a word's first: `ß` gives `Ss`, which Java's title case lacks}
    private static String titleCase(int c) {
        int title = Character.toTitleCase(c);
        String upper = title == c ? upper(Character.toString(c)) : Character.toString(title);
        int first = Character.charCount(upper.codePointAt(0));
        return upper.substring(0, first) + lower(upper.substring(first));
    }

    /// {@return the value of a string literal's inside}
    static String unescape(String literal) {
        if (literal.indexOf('\\') < 0) {
            return literal;
        }
        var out = new StringBuilder(literal.length());
        for (int i = 0; i < literal.length(); i++) {
            char c = literal.charAt(i);
            if (c != '\\' || i + 1 == literal.length()) {
                out.append(c);
                continue;
            }
            char kind = literal.charAt(++i);
            switch (kind) {
                case '\n' -> {}
                case '\\', '\'', '"' -> out.append(kind);
                case 'a' -> out.append('\u0007');
                case 'b' -> out.append('\b');
                case 'f' -> out.append('\f');
                case 'n' -> out.append('\n');
                case 'r' -> out.append('\r');
                case 't' -> out.append('\t');
                case 'v' -> out.append('\u000b');
                case 'x' -> i = hex(literal, i, 2, out);
                case 'u' -> i = hex(literal, i, 4, out);
                case 'U' -> i = hex(literal, i, 8, out);
                case '0', '1', '2', '3', '4', '5', '6', '7' -> i = octal(literal, i, out);
                default -> out.append('\\').append(kind);
            }
        }
        return out.toString();
    }

    private static int hex(String literal, int at, int digits, StringBuilder out) {
        int end = at + 1 + digits;
        int code = 0;
        boolean valid = end <= literal.length();
        for (int i = at + 1; valid && i < end; i++) {
            int digit = Character.digit(literal.charAt(i), 16);
            valid = digit >= 0 && code <= Character.MAX_CODE_POINT;
            code = code * 16 + digit;
        }
        if (!valid || code > Character.MAX_CODE_POINT) {
            out.append('\\').append(literal.charAt(at));
            return at;
        }
        out.appendCodePoint(code);
        return end - 1;
    }

    private static int octal(String literal, int at, StringBuilder out) {
        int code = 0;
        int i = at;
        while (i < literal.length() && i < at + 3 && literal.charAt(i) >= '0' && literal.charAt(i) <= '7') {
            code = code * 8 + literal.charAt(i) - '0';
            i++;
        }
        out.append((char) code);
        return i - 1;
    }
}
