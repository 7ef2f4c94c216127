package dev.mokha.text.grammar;

/// What a character after a backslash stands for, in the notations that have the escapes of C.
final class Escapes {
    private static final int NONE = -1;

    private Escapes() {}

    /// The character of an escape whose backslash is read.
    static int character(Cursor cursor) {
        int start = cursor.at();
        int c = cursor.next();
        int value = switch (c) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'f' -> '\f';
            case 'v' -> 0x0B;
            case 'x' -> cursor.hex(2);
            case 'u' -> unicode(cursor);
            case 'U' -> cursor.hex(8);
            default -> Character.isLetterOrDigit(c) ? NONE : c;
        };
        if (value == NONE) {
            cursor.goTo(start);
            throw cursor.error("the escape \\" + Character.toString(c) + " is not supported");
        }
        if (!CharSet.ANY.contains(value)) {
            cursor.goTo(start);
            throw cursor.error("the escape is no character of Unicode");
        }
        return value;
    }

    /// Four digits, any number in braces, or the two halves of a pair of surrogates.
    private static int unicode(Cursor cursor) {
        if (cursor.take("{")) {
            int value = 0;
            do {
                value = value * 16 + cursor.hex(1);
                if (value > CharSet.LAST) {
                    throw cursor.error("the escape is no character of Unicode");
                }
            } while (!cursor.take("}"));
            return value;
        }
        int value = cursor.hex(4);
        if (Character.isHighSurrogate((char) value) && cursor.take("\\u")) {
            int low = cursor.hex(4);
            return Character.isLowSurrogate((char) low)
                    ? Character.toCodePoint((char) value, (char) low)
                    : value; // which is refused
        }
        return value;
    }
}
