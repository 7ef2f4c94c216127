package dev.mokha.text.tokenizer.normal;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A step that rewrites text before it is cut into words. The record names are the types of `tokenizer.json`.
public sealed interface Normalizer {
    /// Rewrites `text` in place.
    void normalize(AlignedText text);

    /// {@return the text, rewritten}
    default String normalize(String text) {
        var aligned = new AlignedText();
        aligned.reset(text.toCharArray(), 0, text.length(), false);
        normalize(aligned);
        return aligned.toString();
    }

    /// One after the other.
    record Sequence(List<Normalizer> normalizers) implements Normalizer {
        /// Copies the list.
        public Sequence {
            normalizers = List.copyOf(normalizers);
        }

        @Override
        public void normalize(AlignedText text) {
            for (Normalizer normalizer : normalizers) {
                normalizer.normalize(text);
            }
        }
    }

    /// A normalisation form of [UAX 15](https://unicode.org/reports/tr15/).
    record Unicode(Form form) implements Normalizer {
        @Override
        public void normalize(AlignedText text) {
            Forms.of(form).apply(text);
        }
    }

    /// Lower case, character by character, whatever the language and the place in the word.
    record Lowercase() implements Normalizer {
        @Override
        public void normalize(AlignedText text) {
            Letters.lowercase(text);
        }
    }

    /// Drops combining marks; decompose first.
    record StripAccents() implements Normalizer {
        @Override
        public void normalize(AlignedText text) {
            Letters.filter(text, codePoint -> !PeerUnicode.isCombiningMark(codePoint));
        }
    }

    /// Drops white space at the ends.
    record Strip(boolean left, boolean right) implements Normalizer {
        @Override
        public void normalize(AlignedText text) {
            Letters.strip(text, left, right);
        }
    }

    /// Puts `prepend` in front of text that is not empty.
    record Prepend(String prepend) implements Normalizer {
        @Override
        public void normalize(AlignedText text) {
            if (text.length() > 0) {
                text.begin(0);
                for (int i = 0; i < prepend.length(); i++) {
                    text.put(prepend.charAt(i), 0);
                }
                text.keep(0, text.length());
                text.commit();
            }
        }
    }

    /// Puts `content` in the place of each match of a pattern.
    record Replace(TextPattern pattern, String content) implements Normalizer {
        @Override
        public void normalize(AlignedText text) {
            Letters.replace(text, pattern, content);
        }
    }

    /// Each UTF-8 byte becomes its visible character.
    record ByteLevel() implements Normalizer {
        @Override
        public void normalize(AlignedText text) {
            Letters.byteLevel(text);
        }
    }

    /// What SentencePiece did for machine translation: control characters go, odd spaces become spaces.
    record Nmt() implements Normalizer {
        @Override
        public void normalize(AlignedText text) {
            Letters.nmt(text);
        }
    }

    /// BERT's: clean text, space around Chinese characters, no accents, lower case.
    ///
    /// @param stripAccents null means: as `lowercase`
    record Bert(
            boolean cleanText,
            boolean handleChineseChars,
            @Nullable Boolean stripAccents,
            boolean lowercase) implements Normalizer {
        /// The setting of the uncased English model.
        public static Bert uncased() {
            return new Bert(true, true, null, true);
        }

        @Override
        public void normalize(AlignedText text) {
            BertText.normalize(this, text);
        }

        /// {@return whether accents go}
        public boolean stripsAccents() {
            return stripAccents == null ? lowercase : stripAccents;
        }
    }

    /// SentencePiece's compiled character map, kept as it came.
    record Precompiled(CharsMap map) implements Normalizer {
        @Override
        public void normalize(AlignedText text) {
            map.apply(text);
        }
    }
}
