package dev.mokha.text.chat.jinja;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// Cuts a template into tokens. Where the environment trims (`trim_blocks` and `lstrip_blocks`), the newline
/// after a statement or comment goes, and so does the space before one that stands first in its line. A `-`
/// inside a tag removes all space on that side; a `+` keeps it.
final class Lexer {
    private static final List<String> OPERATORS = List.of(
            "//", "**", "==", "!=", ">=", "<=", "+", "-", "*", "/", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<",
            "=", ".", ":", "|", ",", ";");

    private final Source source;
    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private int pos;

    private Lexer(Source source) {
        this.source = source;
        this.text = source.text();
    }

    static List<Token> tokens(Source source) {
        var lexer = new Lexer(source);
        while (lexer.pos < lexer.text.length()) {
            lexer.dataAndTag();
        }
        lexer.tokens.add(new Token(Token.Kind.END, "", lexer.text.length()));
        return lexer.tokens;
    }

    private void dataAndTag() {
        int open = nextTag(pos);
        if (open < 0) {
            data(pos, text.length());
            pos = text.length();
            return;
        }
        char kind = text.charAt(open + 1);
        dataBefore(open, kind != '{');
        int inside = open + 2;
        if (inside < text.length() && isSign(text.charAt(inside))) {
            inside++;
        }
        pos = inside;
        switch (kind) {
            case '#' -> comment(open);
            case '%' -> {
                int raw = rawBegin(inside);
                if (raw >= 0) {
                    pos = raw;
                    raw(open);
                } else {
                    tag(open, true);
                }
            }
            default -> tag(open, false);
        }
    }

    private static boolean isSign(char c) {
        return c == '-' || c == '+';
    }

    private int nextTag(int from) {
        for (int i = text.indexOf('{', from); i >= 0 && i + 1 < text.length(); i = text.indexOf('{', i + 1)) {
            char next = text.charAt(i + 1);
            if (next == '{' || next == '%' || next == '#') {
                return i;
            }
        }
        return -1;
    }

    /// Emits the data from here to the tag at `open`, stripped as the tag's sign and place ask.
    private void dataBefore(int open, boolean strippable) {
        int end = open;
        char sign = open + 2 < text.length() ? text.charAt(open + 2) : ' ';
        if (sign == '-') {
            while (end > pos && PyText.isSpace(text.charAt(end - 1))) {
                end--;
            }
        } else if (sign != '+' && strippable && source.environment().trims()) {
            int start = end;
            while (start > pos && text.charAt(start - 1) != '\n' && PyText.isSpace(text.charAt(start - 1))) {
                start--;
            }
            if (start == 0 || text.charAt(start - 1) == '\n') {
                end = start;
            }
        }
        data(pos, end);
    }

    private void data(int from, int to) {
        if (to > from) {
            tokens.add(new Token(Token.Kind.DATA, text.substring(from, to), from));
        }
    }

    private void comment(int open) {
        int end = text.indexOf("#}", pos);
        if (end < 0) {
            throw source.error("the comment is never closed with '#}'", open);
        }
        char sign = end > pos ? text.charAt(end - 1) : ' ';
        pos = end + 2;
        trimAfter(sign, true);
    }

    /// Moves past the space that a closing tag takes with it.
    private void trimAfter(char sign, boolean newline) {
        if (sign == '-') {
            while (pos < text.length() && PyText.isSpace(text.charAt(pos))) {
                pos++;
            }
        } else if (sign != '+'
                && newline
                && source.environment().trims()
                && pos < text.length()
                && text.charAt(pos) == '\n') {
            pos++;
        }
    }

    /// {@return the position after `raw %}`, or -1 when the statement is another}
    private int rawBegin(int inside) {
        int end = keyword(inside, "raw");
        if (end < 0) {
            return -1;
        }
        if (text.startsWith("-%}", end)) {
            int after = end + 3;
            while (after < text.length() && PyText.isSpace(text.charAt(after))) {
                after++;
            }
            return after;
        }
        return text.startsWith("%}", end) ? end + 2 : -1;
    }

    /// {@return the position after optional space, `word` and optional space, or -1}
    private int keyword(int from, String word) {
        int i = skipSpace(from);
        return text.startsWith(word, i) ? skipSpace(i + word.length()) : -1;
    }

    private int skipSpace(int from) {
        int i = from;
        while (i < text.length() && PyText.isSpace(text.charAt(i))) {
            i++;
        }
        return i;
    }

    private void raw(int open) {
        for (int i = text.indexOf("{%", pos); i >= 0; i = text.indexOf("{%", i + 2)) {
            int inside = i + 2;
            if (inside < text.length() && isSign(text.charAt(inside))) {
                inside++;
            }
            int end = keyword(inside, "endraw");
            if (end < 0) {
                continue;
            }
            char sign = end < text.length() ? text.charAt(end) : ' ';
            if (text.startsWith("%}", isSign(sign) ? end + 1 : end)) {
                dataBefore(i, true);
                pos = isSign(sign) ? end + 3 : end + 2;
                trimAfter(sign, true);
                return;
            }
        }
        throw source.error("raw is never closed with '{% endraw %}'", open);
    }

    private void tag(int open, boolean statement) {
        tokens.add(new Token(statement ? Token.Kind.STATEMENT_BEGIN : Token.Kind.OUTPUT_BEGIN, "", open));
        String close = statement ? "%}" : "}}";
        Deque<Character> brackets = new ArrayDeque<>();
        while (true) {
            pos = skipSpace(pos);
            if (pos >= text.length()) {
                throw source.error("the tag is never closed with '" + close + "'", open);
            }
            if (brackets.isEmpty()) {
                char sign = text.charAt(pos);
                boolean signed = sign == '-' || (sign == '+' && statement);
                if (text.startsWith(close, signed ? pos + 1 : pos)) {
                    tokens.add(new Token(statement ? Token.Kind.STATEMENT_END : Token.Kind.OUTPUT_END, "", pos));
                    pos += signed ? 3 : 2;
                    trimAfter(signed ? sign : ' ', statement);
                    return;
                }
            }
            token(brackets);
        }
    }

    private void token(Deque<Character> brackets) {
        char c = text.charAt(pos);
        if (c == '\'' || c == '"') {
            int end = closingQuote(c);
            tokens.add(new Token(Token.Kind.TEXT, PyText.unescape(text.substring(pos + 1, end)), pos));
            pos = end + 1;
            return;
        }
        if (c >= '0' && c <= '9') {
            number();
            return;
        }
        int point = text.codePointAt(pos);
        if (c == '_' || Character.isUnicodeIdentifierStart(point)) {
            int end = pos;
            while (end < text.length() && isNamePart(text.codePointAt(end))) {
                end += Character.charCount(text.codePointAt(end));
            }
            tokens.add(new Token(Token.Kind.NAME, text.substring(pos, end), pos));
            pos = end;
            return;
        }
        for (String operator : OPERATORS) {
            if (text.startsWith(operator, pos)) {
                balance(operator.charAt(0), brackets);
                tokens.add(new Token(Token.Kind.OPERATOR, operator, pos));
                pos += operator.length();
                return;
            }
        }
        throw source.error("unexpected character '" + Character.toString(point) + "'", pos);
    }

    private static boolean isNamePart(int point) {
        return point == '_' || (Character.isUnicodeIdentifierPart(point) && !Character.isIdentifierIgnorable(point));
    }

    private int closingQuote(char quote) {
        for (int i = pos + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == quote) {
                return i;
            }
        }
        throw source.error("the string is never closed with " + quote, pos);
    }

    private void number() {
        int radix = radix();
        if (radix != 10) {
            int end = pos + 2;
            while (end < text.length() && Character.digit(text.charAt(end), radix) >= 0) {
                end++;
            }
            try {
                String value = Long.toString(Long.parseLong(text.substring(pos + 2, end), radix));
                tokens.add(new Token(Token.Kind.INTEGER, value, pos));
            } catch (NumberFormatException _) {
                throw source.error("not an integer of at most 64 bits: " + text.substring(pos, end), pos);
            }
            pos = end;
            return;
        }
        int end = digits(pos);
        boolean real = false;
        if (end + 1 < text.length() && text.charAt(end) == '.' && isDigit(text.charAt(end + 1)) && !afterDot()) {
            end = digits(end + 1);
            real = true;
        }
        int exponent = end;
        if (exponent < text.length() && (text.charAt(exponent) == 'e' || text.charAt(exponent) == 'E')) {
            exponent++;
            if (exponent < text.length() && isSign(text.charAt(exponent))) {
                exponent++;
            }
            if (exponent < text.length() && isDigit(text.charAt(exponent))) {
                end = digits(exponent);
                real = true;
            }
        }
        String number = text.substring(pos, end).replace("_", "");
        if (!real && number.startsWith("0") && !number.chars().allMatch(c -> c == '0')) {
            throw source.error("an integer cannot begin with 0: " + number, pos);
        }
        tokens.add(new Token(real ? Token.Kind.REAL : Token.Kind.INTEGER, number, pos));
        pos = end;
    }

    private int radix() {
        if (text.charAt(pos) != '0' || pos + 1 == text.length()) {
            return 10;
        }
        return switch (text.charAt(pos + 1)) {
            case 'x', 'X' -> 16;
            case 'o', 'O' -> 8;
            case 'b', 'B' -> 2;
            default -> 10;
        };
    }

    private boolean afterDot() {
        return pos > 0 && text.charAt(pos - 1) == '.';
    }

    private int digits(int from) {
        int i = from;
        while (i < text.length() && (isDigit(text.charAt(i)) || (text.charAt(i) == '_' && i > from))) {
            i++;
        }
        return i;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private void balance(char c, Deque<Character> brackets) {
        switch (c) {
            case '(' -> brackets.push(')');
            case '[' -> brackets.push(']');
            case '{' -> brackets.push('}');
            case ')', ']', '}' -> {
                if (brackets.isEmpty() || brackets.pop() != c) {
                    throw source.error("unexpected '" + c + "'", pos);
                }
            }
            default -> {}
        }
    }
}
