package dev.mokha.text.tokenizer.normal;

/// Character classes as the reference implementation sees them, whose tables are of other Unicode versions than the
/// JDK's.
public final class PeerUnicode {
    private PeerUnicode() {}

    /// {@return whether the reference's normalisation tables are older than this character}
    static boolean unknownToNormalizer(int codePoint) {
        return false;
    }

    /// {@return whether this is a combining mark: any of category M}
    static boolean isCombiningMark(int codePoint) {
        int type = Character.getType(codePoint);
        return type == Character.NON_SPACING_MARK
                || type == Character.COMBINING_SPACING_MARK
                || type == Character.ENCLOSING_MARK;
    }

    /// {@return whether this is a non-spacing mark, category Mn}
    static boolean isNonSpacingMark(int codePoint) {
        return Character.getType(codePoint) == Character.NON_SPACING_MARK;
    }

    /// {@return whether this is of category Cc, Cf, Cs or Co}
    static boolean isOther(int codePoint) {
        int type = Character.getType(codePoint);
        return type == Character.CONTROL
                || type == Character.FORMAT
                || type == Character.SURROGATE
                || type == Character.PRIVATE_USE;
    }

    /// {@return whether this is punctuation: ASCII's, symbols included, or category P}
    public static boolean isPunctuation(int codePoint) {
        if (codePoint < 0x80) {
            return codePoint > ' ' && codePoint < 0x7F && !Character.isLetterOrDigit(codePoint);
        }
        int type = Character.getType(codePoint);
        return type == Character.CONNECTOR_PUNCTUATION
                || type == Character.DASH_PUNCTUATION
                || type == Character.START_PUNCTUATION
                || type == Character.END_PUNCTUATION
                || type == Character.INITIAL_QUOTE_PUNCTUATION
                || type == Character.FINAL_QUOTE_PUNCTUATION
                || type == Character.OTHER_PUNCTUATION;
    }

    /// {@return whether this has the Unicode property White_Space}
    public static boolean isWhitespace(int codePoint) {
        return codePoint == ' '
                || (codePoint >= 9 && codePoint <= 13)
                || (codePoint > 0x7F && (codePoint == 0x85 || codePoint == 0xA0 || isWideSpace(codePoint)));
    }

    private static boolean isWideSpace(int codePoint) {
        return codePoint == 0x1680
                || (codePoint >= 0x2000 && codePoint <= 0x200A)
                || codePoint == 0x2028
                || codePoint == 0x2029
                || codePoint == 0x202F
                || codePoint == 0x205F
                || codePoint == 0x3000;
    }

    /// {@return whether this is of category N}
    public static boolean isNumeric(int codePoint) {
        int type = Character.getType(codePoint);
        return type == Character.DECIMAL_DIGIT_NUMBER
                || type == Character.LETTER_NUMBER
                || type == Character.OTHER_NUMBER;
    }

    /// {@return whether this is of category L}
    public static boolean isLetter(int codePoint) {
        return Character.isLetter(codePoint);
    }

    /// {@return whether this is a word character, `\w` of Unicode regular expressions}
    public static boolean isWord(int codePoint) {
        int type = Character.getType(codePoint);
        return Character.isAlphabetic(codePoint)
                || type == Character.NON_SPACING_MARK
                || type == Character.ENCLOSING_MARK
                || type == Character.COMBINING_SPACING_MARK
                || type == Character.DECIMAL_DIGIT_NUMBER
                || type == Character.CONNECTOR_PUNCTUATION
                || codePoint == 0x200C
                || codePoint == 0x200D;
    }
}
