package dev.mokha.text.unicode;

import java.lang.Character.UnicodeScript;

/// Which script a code point belongs to, the way SentencePiece asks: hiragana and katakana count as Han, since
/// Japanese words mix them.
public final class Scripts {
    private Scripts() {}

    public static UnicodeScript of(int codePoint) {
        if (codePoint < 0x80) {
            boolean letter = (codePoint >= 'a' && codePoint <= 'z') || (codePoint >= 'A' && codePoint <= 'Z');
            return letter ? UnicodeScript.LATIN : UnicodeScript.COMMON;
        }
        UnicodeScript script = UnicodeScript.of(codePoint);
        return script == UnicodeScript.HIRAGANA || script == UnicodeScript.KATAKANA || codePoint == 0x30FC
                ? UnicodeScript.HAN
                : script;
    }

    public static boolean isArabic(int codePoint) {
        return codePoint >= 0x600 && UnicodeScript.of(codePoint) == UnicodeScript.ARABIC;
    }

    /// {@return whether any code point of the text is Arabic}
    public static boolean hasArabic(CharSequence text) {
        return text.codePoints().anyMatch(Scripts::isArabic);
    }

    /// {@return whether a character has Unicode's White_Space property; all that have it are in the basic plane}
    public static boolean isWhiteSpace(char c) {
        return c <= ' '
                ? c == ' ' || (c >= 9 && c <= 13)
                : c == 0x85 || c == 0xA0 || (c >= 0x1680 && Character.isSpaceChar(c));
    }
}
