package dev.mokha.text.grammar;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/// General categories and scripts of Unicode, as this JDK knows them, by the names that regular
/// expressions use.
final class UnicodeProperties {
    private static final Map<String, String> LONG_NAMES = Map.of(
            "letter",
            "l",
            "mark",
            "m",
            "number",
            "n",
            "punctuation",
            "p",
            "symbol",
            "s",
            "separator",
            "z",
            "other",
            "c",
            "uppercase_letter",
            "lu",
            "lowercase_letter",
            "ll",
            "decimal_number",
            "nd");
    private static final String[] CATEGORIES = categories();
    private static final Map<String, CharSet> KNOWN = new ConcurrentHashMap<>();

    private UnicodeProperties() {}

    /// {@return the characters of a property, or null when it is not known}
    static @Nullable CharSet find(String name) {
        String key = name.toLowerCase(Locale.ROOT).replaceFirst("^(general_category|gc|script|sc|is)=?", "");
        CharSet known = KNOWN.get(key);
        if (known == null) {
            known = read(LONG_NAMES.getOrDefault(key, key));
            if (known != null) {
                KNOWN.put(key, known);
            }
        }
        return known;
    }

    private static @Nullable CharSet read(String key) {
        if (key.length() <= 2 && Arrays.stream(CATEGORIES).anyMatch(category -> category.startsWith(key))) {
            return where(c -> CATEGORIES[Character.getType(c)].startsWith(key));
        }
        try {
            var script = Character.UnicodeScript.forName(key);
            return where(c -> Character.UnicodeScript.of(c) == script);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    private static CharSet where(IntPredicate wanted) {
        int[] pairs = new int[64];
        int n = 0;
        for (int c = 0; c <= CharSet.LAST; c++) {
            if (!wanted.test(c)) {
                continue;
            }
            if (n > 0 && pairs[n - 1] == c - 1) {
                pairs[n - 1] = c;
                continue;
            }
            if (n == pairs.length) {
                pairs = Arrays.copyOf(pairs, 2 * n);
            }
            pairs[n++] = c;
            pairs[n++] = c;
        }
        return CharSet.ofPairs(Arrays.copyOf(pairs, n));
    }

    private static String[] categories() {
        var names = new String[31];
        Arrays.fill(names, "?");
        String[] pairs = {
            "lu", "ll", "lt", "lm", "lo", "mn", "me", "mc", "nd", "nl", "no", "zs", "zl", "zp", "cc", "cf", "co", "cs",
            "pd", "ps", "pe", "pc", "po", "sm", "sc", "sk", "so", "pi", "pf", "cn"
        };
        byte[] types = {
            Character.UPPERCASE_LETTER,
            Character.LOWERCASE_LETTER,
            Character.TITLECASE_LETTER,
            Character.MODIFIER_LETTER,
            Character.OTHER_LETTER,
            Character.NON_SPACING_MARK,
            Character.ENCLOSING_MARK,
            Character.COMBINING_SPACING_MARK,
            Character.DECIMAL_DIGIT_NUMBER,
            Character.LETTER_NUMBER,
            Character.OTHER_NUMBER,
            Character.SPACE_SEPARATOR,
            Character.LINE_SEPARATOR,
            Character.PARAGRAPH_SEPARATOR,
            Character.CONTROL,
            Character.FORMAT,
            Character.PRIVATE_USE,
            Character.SURROGATE,
            Character.DASH_PUNCTUATION,
            Character.START_PUNCTUATION,
            Character.END_PUNCTUATION,
            Character.CONNECTOR_PUNCTUATION,
            Character.OTHER_PUNCTUATION,
            Character.MATH_SYMBOL,
            Character.CURRENCY_SYMBOL,
            Character.MODIFIER_SYMBOL,
            Character.OTHER_SYMBOL,
            Character.INITIAL_QUOTE_PUNCTUATION,
            Character.FINAL_QUOTE_PUNCTUATION,
            Character.UNASSIGNED
        };
        for (int i = 0; i < pairs.length; i++) {
            names[types[i]] = pairs[i];
        }
        return names;
    }
}
