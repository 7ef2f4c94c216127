package dev.mokha.text.tokenizer.normal;

/// What a Replace or a Split looks for: a literal string, or a regular expression in Oniguruma's syntax.
public sealed interface TextPattern {
    /// {@return a finder of matches}
    Finder finder();

    /// A literal string.
    record Literal(String text) implements TextPattern {
        @Override
        public Finder finder() {
            return new Finder() {
                @Override
                public boolean find(char[] chars, int at, int to, int[] match) {
                    int n = text.length();
                    if (n == 0) {
                        return false;
                    }
                    char first = text.charAt(0);
                    outer:
                    for (int i = at; i + n <= to; i++) {
                        if (chars[i] != first) {
                            continue;
                        }
                        for (int k = 1; k < n; k++) {
                            if (chars[i + k] != text.charAt(k)) {
                                continue outer;
                            }
                        }
                        match[0] = i;
                        match[1] = i + n;
                        return true;
                    }
                    return false;
                }
            };
        }
    }

    /// A regular expression.
    final class Regex implements TextPattern {
        private final String source;
        private final OnigRegex compiled;

        /// Compiles it.
        ///
        /// @throws IllegalArgumentException when it is malformed, or uses what Java's engine would misread
        public Regex(String source) {
            this.source = source;
            this.compiled = new OnigRegex(source);
        }

        /// {@return the expression as written}
        public String source() {
            return source;
        }

        @Override
        public Finder finder() {
            return compiled.finder();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Regex regex && regex.source.equals(source);
        }

        @Override
        public int hashCode() {
            return source.hashCode();
        }

        @Override
        public String toString() {
            return "Regex[" + source + "]";
        }
    }

    /// Finds matches one after the other; for one thread and one text.
    interface Finder {
        /// Looks for the next match at or after `at`, within `to`; looks behind no further than the start given first.
        ///
        /// @param match receives start and end
        boolean find(char[] chars, int at, int to, int[] match);
    }
}
