package dev.mokha.language.question;

import dev.mokha.text.tokenizer.Encoding;
import dev.mokha.text.tokenizer.Tokenizer;

/// A context as tokens that know their place in the text. Where the official code aligns characters
/// after the fact, by stripping spaces, the tokenizer's offsets say it exactly, for every script.
final class ContextTokens {
    private final String text;
    private final Encoding encoding;
    private final int[] ids;

    private ContextTokens(String text, Encoding encoding) {
        this.text = text;
        this.encoding = encoding;
        this.ids = encoding.ids();
    }

    static ContextTokens of(String text, Tokenizer tokenizer) {
        return new ContextTokens(text, tokenizer.encode(text, false));
    }

    String text() {
        return text;
    }

    int size() {
        return ids.length;
    }

    int id(int token) {
        return ids[token];
    }

    /// {@return where a token starts in the text, white space that belongs to it left out}
    int start(int token) {
        int start = encoding.start(token);
        int end = encoding.end(token);
        while (start < end && isSpace(text.charAt(start))) {
            start++;
        }
        return start;
    }

    /// {@return where a token ends in the text, exclusive, white space that belongs to it left out}
    int end(int token) {
        int start = encoding.start(token);
        int end = encoding.end(token);
        while (end > start && isSpace(text.charAt(end - 1))) {
            end--;
        }
        return end;
    }

    /// The tokens of an answer, as the official code finds them: those that spell it, or else those of
    /// the white-space words that it touches. ("Japan" is found in "Japanese" when that is two pieces,
    /// the first of them "Japan"; else all of "Japanese" is taken. The year 1895 is found in
    /// "(1895-1943).") One difference: where the words hold the same tokens twice, the official code
    /// takes the first, and this the right one.
    ///
    /// @return first and last token, or null when no token stands there
    int @org.jspecify.annotations.Nullable [] span(Gold answer) {
        int from = answer.start();
        int to = answer.end();
        while (from < to && isSpace(text.charAt(from))) {
            from++;
        }
        while (to > from && isSpace(text.charAt(to - 1))) {
            to--;
        }
        int[] tokens = touching(from, to);
        if (tokens != null
                && start(tokens[0]) == from
                && end(tokens[1]) == to
                && (tokens[0] == 0 || encoding.word(tokens[0]) != encoding.word(tokens[0] - 1))) {
            return tokens;
        }
        while (from > 0 && !isSpace(text.charAt(from - 1))) {
            from--;
        }
        while (to < text.length() && !isSpace(text.charAt(to))) {
            to++;
        }
        return touching(from, to);
    }

    private int @org.jspecify.annotations.Nullable [] touching(int from, int to) {
        int first = -1;
        int last = -1;
        for (int token = 0; token < ids.length; token++) {
            if (start(token) < to && end(token) > from) {
                first = first < 0 ? token : first;
                last = token;
            }
        }
        return first < 0 ? null : new int[] {first, last};
    }

    /// The white space of the official code, which words are cut at: blank, tab, line ends, U+202F.
    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\u202F';
    }
}
