package dev.mokha.language.question;

import dev.mokha.text.unicode.TextPipeline;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// What two answers may differ in and still be equal.
public enum Normalization {
    /// The official one of SQuAD, character for character as Python computes it: lower case; ASCII
    /// punctuation removed; the words a, an and the removed; white space made single. "Word" is
    /// Python's: letters and digits, so that a combining mark ends one.
    SQUAD {
        @Override
        String prepare(String text) {
            return text;
        }
    },

    /// **Not official.** For Arabic, on top of the official one: letter forms, vowel signs and tatweel
    /// are folded as search engines do ([TextPipeline#arabicSearch]), and punctuation of every script
    /// is removed, such as the Arabic comma and question mark. Figures made with it don't compare with
    /// published ones.
    ARABIC {
        @Override
        String prepare(String text) {
            var kept = new StringBuilder();
            TextPipeline.arabicSearch()
                    .apply(text)
                    .codePoints()
                    .filter(c -> !isPunctuation(c))
                    .forEach(kept::appendCodePoint);
            return kept.toString();
        }
    };

    private static final String ASCII_PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
    private static final Set<String> ARTICLES = Set.of("a", "an", "the");

    abstract String prepare(String text);

    /// {@return the words that count, in order}
    public List<String> words(String answer) {
        var text = new StringBuilder();
        prepare(answer)
                .toLowerCase(Locale.ROOT)
                .codePoints()
                .filter(c -> ASCII_PUNCTUATION.indexOf(c) < 0)
                .forEach(text::appendCodePoint);
        return split(withoutArticles(text.toString()));
    }

    /// {@return what is compared for an exact match}
    public String apply(String answer) {
        return String.join(" ", words(answer));
    }

    /// As Python's `re.sub(r'\b(a|an|the)\b', ' ', text)`: a run of word characters that is an article,
    /// whatever stands beside it.
    private static String withoutArticles(String text) {
        var out = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            int from = at;
            while (at < text.length() && isWord(text.codePointAt(at))) {
                at += Character.charCount(text.codePointAt(at));
            }
            String run = text.substring(from, at);
            out.append(ARTICLES.contains(run) ? " " : run);
            if (at < text.length()) {
                out.appendCodePoint(text.codePointAt(at));
                at += Character.charCount(text.codePointAt(at));
            }
        }
        return out.toString();
    }

    /// As Python's `str.split()`.
    private static List<String> split(String text) {
        List<String> words = new ArrayList<>();
        int from = -1;
        for (int i = 0; i < text.length(); i++) { // no white space lies outside the first plane
            if (isSpace(text.charAt(i))) {
                if (from >= 0) {
                    words.add(text.substring(from, i));
                }
                from = -1;
            } else if (from < 0) {
                from = i;
            }
        }
        if (from >= 0) {
            words.add(text.substring(from));
        }
        return words;
    }

    /// Python's `\w`: `str.isalnum`, which holds for letters and for numbers of every kind, or an
    /// underscore.
    private static boolean isWord(int c) {
        return switch (Character.getType(c)) {
            case Character.UPPERCASE_LETTER,
                    Character.LOWERCASE_LETTER,
                    Character.TITLECASE_LETTER,
                    Character.MODIFIER_LETTER,
                    Character.OTHER_LETTER,
                    Character.DECIMAL_DIGIT_NUMBER,
                    Character.LETTER_NUMBER,
                    Character.OTHER_NUMBER -> true;
            default -> c == '_';
        };
    }

    /// Python's `str.isspace`, which unlike Java's holds for the no-break spaces and U+0085.
    private static boolean isSpace(char c) {
        return Character.isSpaceChar(c) || (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x1F) || c == 0x85;
    }

    private static boolean isPunctuation(int c) {
        return switch (Character.getType(c)) {
            case Character.CONNECTOR_PUNCTUATION,
                    Character.DASH_PUNCTUATION,
                    Character.START_PUNCTUATION,
                    Character.END_PUNCTUATION,
                    Character.INITIAL_QUOTE_PUNCTUATION,
                    Character.FINAL_QUOTE_PUNCTUATION,
                    Character.OTHER_PUNCTUATION -> true;
            default -> false;
        };
    }
}
