package dev.mokha.text.unicode;

/// Arabic letters that a [TextStep] maps to others.
final class Letters {
    static final char ALEF = 0x0627;
    static final char HAMZA = 0x0621;
    static final char WAW = 0x0648;
    static final char YA = 0x064A;
    static final char ALEF_MAQSURA = 0x0649;
    static final char TA_MARBUTA = 0x0629;
    static final char HA = 0x0647;
    static final char KAF = 0x0643;
    static final char TATWEEL = 0x0640;
    private static final char HAMZA_ABOVE = 0x0654;

    private Letters() {}

    /// A map from char to char.
    interface CharMap {
        char of(char c);
    }

    static String map(String text, CharMap map) {
        int first = 0;
        while (first < text.length() && map.of(text.charAt(first)) == text.charAt(first)) {
            first++;
        }
        if (first == text.length()) {
            return text;
        }
        char[] chars = text.toCharArray();
        for (int i = first; i < chars.length; i++) {
            chars[i] = map.of(chars[i]);
        }
        return new String(chars);
    }

    static char persianToArabic(char c) {
        return switch (c) {
            case 0x06CC -> YA;
            case 0x06A9 -> KAF;
            default -> c;
        };
    }

    /// A composed form maps to ا; madda and hamza are dropped from the marks that follow any alef.
    static String unifyAlef(String text) {
        var out = new StringBuilder(text.length());
        boolean onAlef = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isAlef(c)) {
                out.append(ALEF);
                onAlef = true;
            } else if (onAlef && Marks.isArabicMark(c)) {
                if (c < 0x0653 || c > 0x0655) {
                    out.append(c);
                }
            } else {
                out.append(c);
                onAlef = false;
            }
        }
        return out.toString();
    }

    private static boolean isAlef(char c) {
        return c == ALEF || c == 0x0622 || c == 0x0623 || c == 0x0625 || c == 0x0671;
    }

    /// ؤ and ئ map to ء; so does waw, ya or alef maqsura with a hamza above among its marks.
    static String unifyHamza(String text) {
        var out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0x0624 || c == 0x0626) {
                out.append(HAMZA);
                continue;
            }
            int hamza = c == WAW || c == YA || c == ALEF_MAQSURA ? hamzaAfter(text, i + 1) : -1;
            if (hamza < 0) {
                out.append(c);
                continue;
            }
            out.append(HAMZA).append(text, i + 1, hamza);
            i = hamza;
        }
        return out.toString();
    }

    /// {@return the index of the first hamza above among the marks that begin at `from`, or -1}
    private static int hamzaAfter(String text, int from) {
        for (int i = from; i < text.length() && Marks.isArabicMark(text.charAt(i)); i++) {
            if (text.charAt(i) == HAMZA_ABOVE) {
                return i;
            }
        }
        return -1;
    }
}
