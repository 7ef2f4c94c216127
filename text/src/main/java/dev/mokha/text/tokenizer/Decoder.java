package dev.mokha.text.tokenizer;

import dev.mokha.text.tokenizer.model.Alphabet;
import dev.mokha.text.tokenizer.normal.Normalizer;
import dev.mokha.text.tokenizer.normal.TextPattern;
import dev.mokha.text.tokenizer.split.PreTokenizer.PrependScheme;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A step back from tokens to text. The record names are the types of `tokenizer.json`.
public sealed interface Decoder {
    /// Rewrites the tokens of one text; the text is what they read as when put together.
    List<String> decode(List<String> tokens);

    /// One after the other.
    record Sequence(List<Decoder> decoders) implements Decoder {
        /// Copies the list.
        public Sequence {
            decoders = List.copyOf(decoders);
        }

        @Override
        public List<String> decode(List<String> tokens) {
            var out = tokens;
            for (Decoder decoder : decoders) {
                out = decoder.decode(out);
            }
            return out;
        }
    }

    /// The characters of the byte-level alphabet become bytes again, the bytes of all tokens together UTF-8 text.
    record ByteLevel(boolean addPrefixSpace, boolean trimOffsets, boolean useRegex) implements Decoder {
        @Override
        public List<String> decode(List<String> tokens) {
            var bytes = new ByteArrayOutputStream();
            for (String token : tokens) {
                bytes.writeBytes(bytes(token));
            }
            return List.of(lossy(bytes.toByteArray()));
        }

        /// UTF-8 with U+FFFD for each malformed part. The JDK gives one for the three bytes of a surrogate, where the
        /// Unicode recommendation and the reference give three.
        static String lossy(byte[] bytes) {
            for (int i = 0; i + 1 < bytes.length; i++) {
                if (bytes[i] == (byte) 0xED && (bytes[i + 1] & 0xFF) >= 0xA0) {
                    bytes[i] = (byte) 0xFF;
                }
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }

        /// {@return the bytes that a token stands for: its own UTF-8 when it holds a character outside the alphabet}
        static byte[] bytes(String token) {
            var out = new byte[token.length()];
            for (int i = 0; i < out.length; i++) {
                int b = Alphabet.byteOf(token.charAt(i));
                if (b < 0) {
                    return token.getBytes(StandardCharsets.UTF_8);
                }
                out[i] = (byte) b;
            }
            return out;
        }
    }

    /// Pieces `<0x00>` to `<0xFF>` in a row become the text of their bytes, or one U+FFFD each when that is not UTF-8.
    record ByteFallback() implements Decoder {
        @Override
        public List<String> decode(List<String> tokens) {
            var out = new ArrayList<String>();
            var bytes = new ByteArrayOutputStream();
            for (String token : tokens) {
                int b = byteOf(token);
                if (b >= 0) {
                    bytes.write(b);
                } else {
                    flush(bytes, out);
                    out.add(token);
                }
            }
            flush(bytes, out);
            return out;
        }

        /// {@return the byte that a piece stands for, or -1}
        static int byteOf(String token) {
            if (token.length() != 6 || !token.startsWith("<0x") || token.charAt(5) != '>') {
                return -1;
            }
            int high = Character.digit(token.charAt(3), 16);
            int low = Character.digit(token.charAt(4), 16);
            boolean plus = token.charAt(3) == '+'; // the reference parses a signed number
            if (token.charAt(3) >= 0x80 || token.charAt(4) >= 0x80 || low < 0 || (high < 0 && !plus)) {
                return -1;
            }
            return plus ? low : high * 16 + low;
        }

        static void flush(ByteArrayOutputStream bytes, List<String> out) {
            if (bytes.size() > 0) {
                String text = strict(bytes.toByteArray());
                if (text != null) {
                    out.add(text);
                } else {
                    for (int i = 0; i < bytes.size(); i++) {
                        out.add("\uFFFD");
                    }
                }
                bytes.reset();
            }
        }

        private static @Nullable String strict(byte[] bytes) {
            try {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes))
                        .toString();
            } catch (CharacterCodingException _) {
                return null;
            }
        }
    }

    /// All tokens become one.
    record Fuse() implements Decoder {
        @Override
        public List<String> decode(List<String> tokens) {
            return List.of(String.join("", tokens));
        }
    }

    /// Drops up to `start` and `stop` of a character at the ends of each token.
    record Strip(int content, int start, int stop) implements Decoder {
        /// Checks the numbers.
        public Strip {
            if (start < 0 || stop < 0) {
                throw new IllegalArgumentException(
                        "Strip has start " + start + " and stop " + stop + "; neither may be negative");
            }
        }

        @Override
        public List<String> decode(List<String> tokens) {
            return tokens.stream().map(this::strip).toList();
        }

        private String strip(String token) {
            int width = Character.charCount(content);
            int from = 0;
            for (int i = 0; i < start && from < token.length() && token.codePointAt(from) == content; i++) {
                from += width;
            }
            int to = token.length();
            for (int i = 0; i < stop && to > from && token.codePointBefore(to) == content; i++) {
                to -= width;
            }
            return token.substring(from, to);
        }
    }

    /// SentencePiece's mark becomes a space, except at the very start.
    record Metaspace(int replacement, PrependScheme prependScheme, boolean split) implements Decoder {
        @Override
        public List<String> decode(List<String> tokens) {
            var out = new ArrayList<String>(tokens.size());
            for (int i = 0; i < tokens.size(); i++) {
                out.add(decode(tokens.get(i), i == 0));
            }
            return out;
        }

        String decode(String token, boolean first) {
            String space = first && prependScheme != PrependScheme.NEVER ? "" : " ";
            return token.replace(Character.toString(replacement), space);
        }
    }

    /// Puts `content` in the place of each match of a pattern.
    record Replace(TextPattern pattern, String content) implements Decoder {
        @Override
        public List<String> decode(List<String> tokens) {
            return tokens.stream().map(this::decode).toList();
        }

        String decode(String token) {
            return pattern instanceof TextPattern.Literal(String text) && !text.isEmpty()
                    ? token.replace(text, content)
                    : new Normalizer.Replace(pattern, content).normalize(token);
        }
    }

    /// Pieces that continue a word are joined to it; English clean-up takes the space before punctuation out.
    record WordPiece(String prefix, boolean cleanup) implements Decoder {
        @Override
        public List<String> decode(List<String> tokens) {
            var out = new ArrayList<String>(tokens.size());
            for (int i = 0; i < tokens.size(); i++) {
                out.add(decode(tokens.get(i), i == 0));
            }
            return out;
        }

        String decode(String token, boolean first) {
            String text = token;
            if (!first) {
                text = token.startsWith(prefix) ? token.substring(prefix.length()) : " " + token;
            }
            return cleanup ? clean(text) : text;
        }

        static String clean(String text) {
            return text.replace(" .", ".")
                    .replace(" ?", "?")
                    .replace(" !", "!")
                    .replace(" ,", ",")
                    .replace(" ' ", "'")
                    .replace(" n't", "n't")
                    .replace(" 'm", "'m")
                    .replace(" do not", " don't")
                    .replace(" 's", "'s")
                    .replace(" 've", "'ve")
                    .replace(" 're", "'re");
        }
    }

    /// A suffix marks the end of a word and becomes a space.
    record Bpe(String suffix) implements Decoder {
        @Override
        public List<String> decode(List<String> tokens) {
            var out = new ArrayList<String>(tokens.size());
            for (int i = 0; i < tokens.size(); i++) {
                out.add(tokens.get(i).replace(suffix, i == tokens.size() - 1 ? "" : " "));
            }
            return out;
        }
    }

    /// Connectionist temporal classification: repeats and padding go.
    record Ctc(String padToken, String wordDelimiterToken, boolean cleanup) implements Decoder {
        @Override
        public List<String> decode(List<String> tokens) {
            var out = new ArrayList<String>();
            String previous = null;
            for (String token : tokens) {
                if (token.equals(previous)) {
                    continue;
                }
                previous = token;
                String text = padToken.isEmpty() ? token : token.replace(padToken, "");
                if (cleanup) {
                    text = WordPiece.clean(text).replace(wordDelimiterToken, " ");
                }
                if (!text.isEmpty()) {
                    out.add(text);
                }
            }
            return out;
        }
    }
}
