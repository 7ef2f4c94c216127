package dev.mokha.text.tokenizer.normal;

import java.nio.CharBuffer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// A regular expression of Oniguruma's Ruby syntax run by Java's engine, with a limit on the work it may do.
final class OnigRegex {
    private static final long STEPS_AT_LEAST = 500_000;
    private static final long STEPS_PER_UNIT = 2_000;

    private static final Pattern COUNTED_POSSESSIVE = Pattern.compile("(?<!\\\\)\\{\\d*,?\\d*}\\+");

    private final Pattern pattern;
    private final String source;

    OnigRegex(String source) {
        this.source = source;
        if (source.length() > 20_000) {
            throw new IllegalArgumentException(
                    "a regular expression of " + source.length() + " characters; at most 20000");
        }
        if (COUNTED_POSSESSIVE.matcher(source).find()) {
            throw new IllegalArgumentException(
                    "the regular expression " + source + " has `}+`, which Oniguruma reads as"
                            + " a repeated group and Java as possessive; write `(?:...)+` or `}`");
        }
        try {
            this.pattern = Pattern.compile(source, Pattern.UNICODE_CHARACTER_CLASS | Pattern.MULTILINE);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "the regular expression " + source + " does not compile: " + e.getDescription(), e);
        } catch (StackOverflowError e) {
            throw new IllegalArgumentException("the regular expression is nested too deeply", e);
        }
    }

    TextPattern.Finder finder() {
        return new JavaFinder();
    }

    private final class JavaFinder implements TextPattern.Finder {
        private @Nullable Matcher matcher;

        @Override
        public boolean find(char[] chars, int at, int to, int[] match) {
            Matcher matcher = this.matcher;
            if (matcher == null) {
                matcher = pattern.matcher(new Budgeted(chars, at, to - at));
                matcher.region(at, to);
                this.matcher = matcher;
            }
            try {
                if (!matcher.find()) {
                    return false;
                }
            } catch (StackOverflowError e) {
                throw new IllegalStateException(
                        "the regular expression " + source + " needs too deep a stack on this text", e);
            }
            match[0] = matcher.start();
            match[1] = matcher.end();
            return true;
        }
    }

    /// Characters that may be read only so often: a hostile expression ends with an error, not in a loop.
    private final class Budgeted implements CharSequence {
        private final char[] chars;
        private final int length;
        private long left;

        Budgeted(char[] chars, int from, int size) {
            this.chars = chars;
            this.length = from + size;
            this.left = STEPS_AT_LEAST + STEPS_PER_UNIT * size;
        }

        @Override
        public int length() {
            return length;
        }

        @Override
        public char charAt(int index) {
            if (--left < 0) {
                throw new IllegalStateException("the regular expression " + source
                        + " takes too many steps on this text; it backtracks without end");
            }
            return chars[index];
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return CharBuffer.wrap(chars, start, end - start);
        }

        @Override
        public String toString() {
            return new String(chars, 0, length);
        }
    }
}
