package dev.mokha.text.grammar;

/// A place in the text of a grammar, which moves on by whole characters.
final class Cursor {
    static final int END = -1;
    private final String what;
    private final String text;
    private int at;

    /// @param what how errors call the text
    Cursor(String what, String text) {
        this.what = what;
        this.text = text;
    }

    int at() {
        return at;
    }

    void goTo(int place) {
        at = place;
    }

    boolean atEnd() {
        return at == text.length();
    }

    /// {@return the character here, or {@link #END}}
    int peek() {
        return atEnd() ? END : text.codePointAt(at);
    }

    int next() {
        int c = peek();
        if (c == END) {
            throw error("it ends too early");
        }
        at += Character.charCount(c);
        return c;
    }

    boolean isNext(String word) {
        return text.startsWith(word, at);
    }

    /// Moves behind a word when it stands here.
    boolean take(String word) {
        if (!isNext(word)) {
            return false;
        }
        at += word.length();
        return true;
    }

    String since(int from) {
        return text.substring(from, at);
    }

    /// {@return the number of so many hexadecimal digits}
    int hex(int digits) {
        int value = 0;
        for (int i = 0; i < digits; i++) {
            int digit = Character.digit(atEnd() ? ' ' : text.charAt(at), 16);
            if (digit < 0 || text.charAt(at) >= 0x80) {
                throw error("expected " + digits + " hexadecimal digits");
            }
            value = value * 16 + digit;
            at++;
        }
        return value;
    }

    /// {@return the decimal number here, or -1 when there is none}
    int number(int most) {
        int from = at;
        long value = 0;
        while (!atEnd() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            value = Math.min(value * 10 + text.charAt(at) - '0', (long) most + 1);
            at++;
        }
        if (value > most) {
            at = from;
            throw error("a count of more than " + most);
        }
        return at == from ? -1 : (int) value;
    }

    GrammarException error(String problem) {
        long line = text.substring(0, at).chars().filter(c -> c == '\n').count() + 1;
        int column = text.codePointCount(text.lastIndexOf('\n', at - 1) + 1, at) + 1;
        String place = text.indexOf('\n') < 0 ? "at character " + column : "line " + line + ", column " + column;
        return new GrammarException(what + ", " + place + ": " + problem);
    }
}
