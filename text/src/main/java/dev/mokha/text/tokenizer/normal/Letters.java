package dev.mokha.text.tokenizer.normal;

import dev.mokha.text.tokenizer.model.Alphabet;
import java.nio.charset.StandardCharsets;
import java.util.function.IntPredicate;

/// The normalisers that go character by character.
final class Letters {
    private Letters() {}

    static void lowercase(AlignedText text) {
        int n = text.length();
        boolean changed = false;
        for (int i = 0; i < n; ) {
            int codePoint = text.codePoint(i);
            int width = Character.charCount(codePoint);
            // The one character whose full lower case is longer.
            int lower = codePoint == 0x130 ? 'i' : Character.toLowerCase(codePoint);
            if (lower != codePoint && !changed) {
                changed = true;
                text.begin(i);
            }
            if (changed) {
                text.putCodePoint(lower, i);
                if (codePoint == 0x130) {
                    text.put('\u0307', i);
                }
            }
            i += width;
        }
        if (changed) {
            text.commit();
        }
    }

    static void filter(AlignedText text, IntPredicate keep) {
        int n = text.length();
        boolean changed = false;
        for (int i = 0; i < n; ) {
            int codePoint = text.codePoint(i);
            int width = Character.charCount(codePoint);
            if (!keep.test(codePoint)) {
                if (!changed) {
                    changed = true;
                    text.begin(i);
                }
            } else if (changed) {
                text.keep(i, i + width);
            }
            i += width;
        }
        if (changed) {
            text.commit();
        }
    }

    static void strip(AlignedText text, boolean left, boolean right) {
        int from = 0;
        int to = text.length();
        while (left && from < to && PeerUnicode.isWhitespace(text.at(from))) {
            from++;
        }
        while (right && to > from && PeerUnicode.isWhitespace(text.at(to - 1))) {
            to--;
        }
        if (to - from < text.length()) {
            text.begin(0);
            text.keep(from, to);
            text.commit();
        }
    }

    static void replace(AlignedText text, TextPattern pattern, String content) {
        if (pattern instanceof TextPattern.Literal(String from)
                && from.length() == 1
                && content.length() == 1
                && !Character.isSurrogate(from.charAt(0))) {
            char before = from.charAt(0);
            char after = content.charAt(0);
            char[] chars = text.chars();
            for (int i = 0; i < text.length(); i++) {
                if (chars[i] == before) {
                    text.set(i, after);
                }
            }
            return;
        }
        var finder = pattern.finder();
        int[] match = new int[2];
        int last = 0;
        int at = 0;
        boolean changed = false;
        int n = text.length();
        while (at <= n && n > 0 && finder.find(text.chars(), at, n, match)) {
            if (!changed) {
                changed = true;
                text.begin(0);
            }
            text.keep(last, match[0]);
            int source = Math.max(match[1] - 1, 0);
            for (int i = 0; i < content.length(); i++) {
                text.put(content.charAt(i), source);
            }
            last = match[1];
            at = match[1] > match[0] ? match[1] : match[1] + 1;
        }
        if (changed) {
            text.keep(last, n);
            text.commit();
        }
    }

    static void byteLevel(AlignedText text) {
        int n = text.length();
        text.begin(0);
        for (int i = 0; i < n; ) {
            int codePoint = text.codePoint(i);
            int width = Character.charCount(codePoint);
            if (codePoint < 0x80) {
                text.put(Alphabet.of(codePoint), i);
            } else {
                byte[] bytes = Character.toString(codePoint).getBytes(StandardCharsets.UTF_8);
                for (byte b : bytes) {
                    text.put(Alphabet.of(b & 0xFF), i);
                }
            }
            i += width;
        }
        text.commit();
    }

    static void nmt(AlignedText text) {
        filter(
                text,
                c -> !((c >= 0x01 && c <= 0x08)
                        || c == 0x0B
                        || (c >= 0x0E && c <= 0x1F)
                        || c == 0x7F
                        || c == 0x8F
                        || c == 0x9F));
        for (int i = 0; i < text.length(); i++) {
            char c = text.at(i);
            boolean space = c == 0x09
                    || c == 0x0A
                    || c == 0x0C
                    || c == 0x0D
                    || c == 0x1680
                    || (c >= 0x200B && c <= 0x200F)
                    || c == 0x2028
                    || c == 0x2029
                    || c == 0x2581
                    || c == 0xFEFF
                    || c == 0xFFFD;
            if (space) {
                text.set(i, ' ');
            }
        }
    }
}
