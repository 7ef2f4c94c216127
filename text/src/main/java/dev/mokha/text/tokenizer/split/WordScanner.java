package dev.mokha.text.tokenizer.split;

import dev.mokha.text.tokenizer.normal.PeerUnicode;
import dev.mokha.text.tokenizer.normal.TextPattern;
import java.util.Map;

/// Hand-written scanners for the patterns that published tokenizers split by, and the way to one for any pattern.
final class WordScanner {
    static final String GPT2_PATTERN =
            "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
    static final String LLAMA3_PATTERN = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}|"
            + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    static final String QWEN2_PATTERN = LLAMA3_PATTERN.replace("\\p{N}{1,3}", "\\p{N}");

    private static final byte OTHER = 0;
    private static final byte LETTER = 1;
    private static final byte NUMBER = 2;
    private static final byte SPACE = 3;
    private static final byte[] CLASSES = new byte[0x10000];

    static {
        for (int c = 0; c < 0x10000; c++) {
            CLASSES[c] = classify(c);
        }
    }

    static final SplitText.Cutter GPT2 = WordScanner::gpt2;
    static final SplitText.Cutter WORDS = WordScanner::words;
    static final SplitText.Cutter BERT = WordScanner::bert;

    private static final Map<String, SplitText.Cutter> KNOWN = Map.of(
            GPT2_PATTERN, GPT2,
            LLAMA3_PATTERN, (chars, from, to, cuts) -> llama3(chars, from, to, cuts, 3),
            QWEN2_PATTERN, (chars, from, to, cuts) -> llama3(chars, from, to, cuts, 1));

    private WordScanner() {}

    /// {@return the scanner of a pattern: a hand-written one where there is one}
    static SplitText.Cutter of(TextPattern pattern) {
        if (pattern instanceof TextPattern.Regex regex) {
            var known = KNOWN.get(regex.source());
            return known == null ? byFinder(pattern) : known;
        }
        return byFinder(pattern);
    }

    /// {@return the scanner that asks the pattern's own finder}
    static SplitText.Cutter byFinder(TextPattern pattern) {
        return (chars, from, to, cuts) -> {
            var finder = pattern.finder();
            int[] match = new int[2];
            int at = from;
            while (at <= to && finder.find(chars, at, to, match)) {
                if (match[0] > cuts.last()) {
                    cuts.add(match[0], false);
                }
                if (match[1] > match[0]) {
                    cuts.add(match[1], true);
                    at = match[1];
                } else {
                    at = match[1] + 1;
                }
            }
        };
    }

    private static byte classify(int codePoint) {
        if (PeerUnicode.isLetter(codePoint)) {
            return LETTER;
        }
        if (PeerUnicode.isNumeric(codePoint)) {
            return NUMBER;
        }
        return PeerUnicode.isWhitespace(codePoint) ? SPACE : OTHER;
    }

    private static byte kind(char[] chars, int at, int to) {
        char c = chars[at];
        if (Character.isHighSurrogate(c) && at + 1 < to) {
            return classify(Character.toCodePoint(c, chars[at + 1]));
        }
        return CLASSES[c];
    }

    private static int width(char[] chars, int at, int to) {
        return Character.isHighSurrogate(chars[at]) && at + 1 < to ? 2 : 1;
    }

    private static int runEnd(char[] chars, int at, int to, byte kind) {
        int i = at;
        while (i < to) {
            char c = chars[i];
            if (Character.isHighSurrogate(c)) {
                if (kind(chars, i, to) != kind) {
                    return i;
                }
                i += width(chars, i, to);
            } else if (CLASSES[c] == kind) {
                i++;
            } else {
                return i;
            }
        }
        return i;
    }

    /// {@return the end of an English contraction after an apostrophe at `at`, or `at`}
    private static int contraction(char[] chars, int at, int to, boolean anyCase) {
        if (chars[at] != '\'' || at + 1 >= to) {
            return at;
        }
        int c = fold(chars[at + 1], anyCase);
        if (c == 's' || c == 't' || c == 'm' || c == 'd') {
            return at + 2;
        }
        if (at + 2 < to) {
            int d = fold(chars[at + 2], anyCase);
            if ((c == 'r' && d == 'e') || (c == 'v' && d == 'e') || (c == 'l' && d == 'l')) {
                return at + 3;
            }
        }
        return at;
    }

    private static int fold(char c, boolean anyCase) {
        if (!anyCase) {
            return c;
        }
        return c == '\u017F' ? 's' : c < 0x80 ? Character.toLowerCase(c) : c;
    }

    private static void gpt2(char[] chars, int from, int to, Cuts cuts) {
        int at = from;
        while (at < to) {
            int end = contraction(chars, at, to, false);
            if (end == at) {
                int start = chars[at] == ' ' && at + 1 < to && kind(chars, at + 1, to) != SPACE ? at + 1 : at;
                byte kind = kind(chars, start, to);
                end = runEnd(chars, start, to, kind);
                if (kind == SPACE && end < to && end - at > 1) {
                    end--; // all but the last space, which belongs to the next word
                }
            }
            cuts.add(end, true);
            at = end;
        }
    }

    private static void llama3(char[] chars, int from, int to, Cuts cuts, int digits) {
        int at = from;
        while (at < to) {
            int end = llama3End(chars, at, to, digits);
            cuts.add(end, true);
            at = end;
        }
    }

    private static int llama3End(char[] chars, int at, int to, int digits) {
        char c = chars[at];
        if (c == '\'') {
            int end = contraction(chars, at, to, true);
            if (end > at) {
                return end;
            }
        }
        byte kind = kind(chars, at, to);
        if (kind == LETTER) {
            return runEnd(chars, at, to, LETTER);
        }
        int next = at + width(chars, at, to);
        if (kind != NUMBER && c != '\r' && c != '\n' && next < to && kind(chars, next, to) == LETTER) {
            return runEnd(chars, next, to, LETTER);
        }
        if (kind == NUMBER) {
            int end = next;
            for (int i = 1; i < digits && end < to && kind(chars, end, to) == NUMBER; i++) {
                end += width(chars, end, to);
            }
            return end;
        }
        int start = c == ' ' && next < to ? next : at;
        if (kind(chars, start, to) == OTHER) {
            int end = runEnd(chars, start, to, OTHER);
            while (end < to && (chars[end] == '\r' || chars[end] == '\n')) {
                end++;
            }
            return end;
        }
        int end = runEnd(chars, at, to, SPACE);
        for (int i = end - 1; i >= at; i--) {
            if (chars[i] == '\r' || chars[i] == '\n') {
                return i + 1;
            }
        }
        return end < to && end - at > 1 ? end - 1 : end;
    }

    /// Cuts before each `mark`: the mark begins the word after it, two in a row are two words.
    static SplitText.Cutter before(char mark) {
        return (chars, from, to, cuts) -> {
            for (int i = from + 1; i < to; i++) {
                if (chars[i] == mark) {
                    cuts.add(i, false);
                }
            }
        };
    }

    private static int wordKind(int codePoint) {
        return PeerUnicode.isWord(codePoint) ? 1 : PeerUnicode.isWhitespace(codePoint) ? 0 : 2;
    }

    private static void words(char[] chars, int from, int to, Cuts cuts) {
        int at = from;
        while (at < to) {
            int kind = wordKind(Character.codePointAt(chars, at, to));
            while (at < to) {
                int codePoint = Character.codePointAt(chars, at, to);
                if (wordKind(codePoint) != kind) {
                    break;
                }
                at += Character.charCount(codePoint);
            }
            cuts.add(at, kind != 0);
        }
    }

    private static void bert(char[] chars, int from, int to, Cuts cuts) {
        int at = from;
        while (at < to) {
            int codePoint = Character.codePointAt(chars, at, to);
            int end = at + Character.charCount(codePoint);
            boolean space = PeerUnicode.isWhitespace(codePoint);
            if (!space && !PeerUnicode.isPunctuation(codePoint)) {
                while (end < to) {
                    int next = Character.codePointAt(chars, end, to);
                    if (PeerUnicode.isWhitespace(next) || PeerUnicode.isPunctuation(next)) {
                        break;
                    }
                    end += Character.charCount(next);
                }
            }
            cuts.add(end, !space);
            at = end;
        }
    }
}
