package dev.mokha.text.unicode;

import java.util.function.IntPredicate;

/// Characters that are removed rather than mapped. All are in the basic plane, so chars will do.
final class Marks {
    private Marks() {}

    static String remove(String text, IntPredicate mark) {
        int first = 0;
        while (first < text.length() && !mark.test(text.charAt(first))) {
            first++;
        }
        if (first == text.length()) {
            return text;
        }
        var kept = new StringBuilder(text.length()).append(text, 0, first);
        for (int i = first + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!mark.test(c)) {
                kept.append(c);
            }
        }
        return kept.toString();
    }

    static boolean isBidi(int c) {
        return c == 0x061C
                || c == 0x200E
                || c == 0x200F
                || (c >= 0x202A && c <= 0x202E)
                || (c >= 0x2066 && c <= 0x2069);
    }

    static boolean isZeroWidth(int c) {
        return c == 0x200B || c == 0x2060 || c == 0xFEFF;
    }

    static boolean isTashkeel(int c) {
        return (c >= 0x064B && c <= 0x0652) || (c >= 0x0656 && c <= 0x065F) || c == 0x0670;
    }

    static boolean isQuranic(int c) {
        return (c >= 0x0610 && c <= 0x061A)
                || (c >= 0x06D6 && c <= 0x06DC)
                || (c >= 0x06DF && c <= 0x06E4)
                || c == 0x06E7
                || c == 0x06E8
                || (c >= 0x06EA && c <= 0x06ED)
                || (c >= 0x08D3 && c <= 0x08FF && c != 0x08E2);
    }

    /// {@return whether `c` is a mark that may stand between an Arabic letter and the hamza that belongs to it}
    static boolean isArabicMark(int c) {
        return isTashkeel(c) || isQuranic(c) || (c >= 0x0653 && c <= 0x0655);
    }
}
