package dev.mokha.text.tokenizer.split;

import dev.mokha.text.tokenizer.normal.PeerUnicode;
import dev.mokha.text.tokenizer.normal.TextPattern;
import java.util.List;
import java.util.stream.IntStream;

/// A step that cuts text into words. The record names are the types of `tokenizer.json`.
public sealed interface PreTokenizer {
    /// Cuts the words of `text` into smaller ones.
    void split(SplitText text);

    /// {@return the words of a text, as the model would see them}
    default List<String> split(String text) {
        var split = new SplitText();
        split.text().reset(text.toCharArray(), 0, text.length(), false);
        split.whole();
        split(split);
        split.writeBytes();
        return IntStream.range(0, split.count())
                .mapToObj(i -> new String(split.text().chars(), split.from(i), split.to(i) - split.from(i)))
                .toList();
    }

    /// One after the other.
    record Sequence(List<PreTokenizer> preTokenizers) implements PreTokenizer {
        /// Copies the list.
        public Sequence {
            preTokenizers = List.copyOf(preTokenizers);
        }

        @Override
        public void split(SplitText text) {
            for (PreTokenizer preTokenizer : preTokenizers) {
                preTokenizer.split(text);
            }
        }
    }

    /// GPT-2's: words with the space before them, each then spelt by its bytes' characters.
    ///
    /// @param trimOffsets carried for the post-processor of the same name; no effect here
    record ByteLevel(boolean addPrefixSpace, boolean trimOffsets, boolean useRegex) implements PreTokenizer {
        @Override
        public void split(SplitText text) {
            if (addPrefixSpace) {
                text.prepend(" ", i -> text.text().at(text.from(i)) != ' ');
            }
            if (useRegex) {
                text.split(WordScanner.GPT2, Behavior.ISOLATED, false);
            }
            text.wantBytes();
        }
    }

    /// SentencePiece's: a space is the visible character U+2581, which begins a word.
    record Metaspace(int replacement, PrependScheme prependScheme, boolean split) implements PreTokenizer {
        @Override
        public void split(SplitText text) {
            String mark = Character.toString(replacement);
            text.replace(' ', mark);
            switch (prependScheme) {
                case ALWAYS -> text.prepend(mark, i -> text.text().codePoint(text.from(i)) != replacement);
                case FIRST ->
                    text.prepend(
                            mark,
                            i -> text.text().codePoint(text.from(i)) != replacement
                                    && text.text().start(text.from(i)) == 0);
                case NEVER -> {}
            }
            if (split) {
                if (Character.isBmpCodePoint(replacement)) {
                    text.split(WordScanner.before((char) replacement), Behavior.ISOLATED, false);
                } else {
                    text.split(c -> c == replacement, Behavior.MERGED_WITH_NEXT);
                }
            }
        }
    }

    /// When Metaspace puts its mark before text.
    enum PrependScheme {
        /// Only at the very start.
        FIRST,
        /// Never.
        NEVER,
        /// Before each word that lacks it.
        ALWAYS
    }

    /// Cuts at the matches of a pattern.
    record Split(TextPattern pattern, Behavior behavior, boolean invert) implements PreTokenizer {
        @Override
        public void split(SplitText text) {
            text.split(WordScanner.of(pattern), behavior, invert);
        }
    }

    /// Runs of word characters, and runs of what is neither that nor space.
    record Whitespace() implements PreTokenizer {
        @Override
        public void split(SplitText text) {
            text.split(WordScanner.WORDS, Behavior.REMOVED, true);
        }
    }

    /// Cuts at white space and drops it.
    record WhitespaceSplit() implements PreTokenizer {
        @Override
        public void split(SplitText text) {
            text.split(PeerUnicode::isWhitespace, Behavior.REMOVED);
        }
    }

    /// Cuts at punctuation.
    record Punctuation(Behavior behavior) implements PreTokenizer {
        @Override
        public void split(SplitText text) {
            text.split(PeerUnicode::isPunctuation, behavior);
        }
    }

    /// Cuts numbers out, whole or digit by digit.
    record Digits(boolean individualDigits) implements PreTokenizer {
        @Override
        public void split(SplitText text) {
            text.split(PeerUnicode::isNumeric, individualDigits ? Behavior.ISOLATED : Behavior.CONTIGUOUS);
        }
    }

    /// BERT's: cuts at white space, which goes, and makes each punctuation character a word.
    record Bert() implements PreTokenizer {
        @Override
        public void split(SplitText text) {
            text.split(WordScanner.BERT, Behavior.REMOVED, true);
        }
    }

    /// Cuts at one character and drops it.
    record CharDelimiterSplit(int delimiter) implements PreTokenizer {
        @Override
        public void split(SplitText text) {
            text.split(c -> c == delimiter, Behavior.REMOVED);
        }
    }

    /// Cuts every so many characters.
    record FixedLength(int length) implements PreTokenizer {
        /// Checks the length.
        public FixedLength {
            if (length < 1) {
                throw new IllegalArgumentException("length is " + length + "; at least 1");
            }
        }

        @Override
        public void split(SplitText text) {
            text.split(
                    (chars, from, to, cuts) -> {
                        for (int i = from, n = 0; i < to; ) {
                            i += Character.charCount(Character.codePointAt(chars, i, to));
                            if (++n % length == 0) {
                                cuts.add(i, true);
                            }
                        }
                    },
                    Behavior.ISOLATED,
                    false);
        }
    }
}
