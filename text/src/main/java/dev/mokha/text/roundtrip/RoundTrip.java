package dev.mokha.text.roundtrip;

import dev.mokha.text.tokenizer.StreamingDecoder;
import dev.mokha.text.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Texts encoded and decoded again, a token at a time, as a model's answer is shown: every part that is given
/// out must be sure, and all of them put together the text.
///
/// @param texts how many
/// @param characters code points of them
/// @param tokens ids of them
/// @param parts non-empty parts that were given out
/// @param failed texts with at least one failure
/// @param failures the first of them
public record RoundTrip(long texts, long characters, long tokens, long parts, long failed, List<Failure> failures) {
    /// How many failures are told in words; all are counted.
    static final int TOLD = 20;

    private static final int AROUND = 20;

    public RoundTrip {
        failures = List.copyOf(failures);
    }

    /// What went wrong.
    public enum Kind {
        /// The parts put together are not the text.
        OTHER_TEXT,
        /// The parts put together are not what all ids decode to at once.
        OTHER_THAN_WHOLE,
        /// A part holds U+2581, SentencePiece's mark of a space, and the text does not.
        SPACE_MARK,
        /// A part holds U+FFFD, and the text does not.
        REPLACEMENT
    }

    /// @param text its number, from 1
    /// @param around what is there and what was to be there
    public record Failure(Kind kind, long text, String around) {
        @Override
        public String toString() {
            return "text " + text + ": " + kind.name().toLowerCase(Locale.ROOT).replace('_', ' ') + ": " + around;
        }
    }

    /// Encodes and decodes texts, without special tokens.
    public static RoundTrip of(Tokenizer tokenizer, Iterable<String> texts) {
        var counts = new Counts(tokenizer);
        texts.forEach(counts::add);
        return new RoundTrip(
                counts.texts, counts.characters, counts.tokens, counts.parts, counts.failed, counts.failures);
    }

    /// {@return the figures by name, for JSON}
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("texts", texts);
        map.put("characters", characters);
        map.put("tokens", tokens);
        map.put("parts", parts);
        map.put("failed", failed);
        map.put("failures", failures.stream().map(Failure::toString).toList());
        return map;
    }

    private static final class Counts {
        private final Tokenizer tokenizer;
        private final List<Failure> failures = new ArrayList<>();
        private long texts;
        private long characters;
        private long tokens;
        private long parts;
        private long failed;

        Counts(Tokenizer tokenizer) {
            this.tokenizer = tokenizer;
        }

        void add(String text) {
            texts++;
            characters += text.codePointCount(0, text.length());
            int[] ids = tokenizer.encodeIds(text, false);
            tokens += ids.length;
            List<Failure> found = new ArrayList<>();
            boolean hasMark = text.indexOf('\u2581') >= 0;
            boolean hasReplacement = text.indexOf('\uFFFD') >= 0;
            StreamingDecoder stream = tokenizer.streamingDecoder(true);
            var all = new StringBuilder();
            for (int i = 0; i <= ids.length; i++) {
                String part = i < ids.length ? stream.push(ids[i]) : stream.finish();
                if (part.isEmpty()) {
                    continue;
                }
                parts++;
                if (!hasMark && part.indexOf('\u2581') >= 0) {
                    found.add(new Failure(Kind.SPACE_MARK, texts, "'" + part + "' after '" + end(all) + "'"));
                }
                if (!hasReplacement && part.indexOf('\uFFFD') >= 0) {
                    found.add(new Failure(Kind.REPLACEMENT, texts, "'" + part + "' after '" + end(all) + "'"));
                }
                all.append(part);
            }
            String streamed = all.toString();
            if (!streamed.equals(text)) {
                found.add(new Failure(Kind.OTHER_TEXT, texts, difference(streamed, text)));
            }
            String whole = tokenizer.decode(ids, true);
            if (!streamed.equals(whole)) {
                found.add(new Failure(Kind.OTHER_THAN_WHOLE, texts, difference(streamed, whole)));
            }
            failed += found.isEmpty() ? 0 : 1;
            found.stream().limit(Math.max(0, TOLD - failures.size())).forEach(failures::add);
        }

        private static String end(StringBuilder text) {
            return text.substring(Math.max(0, text.length() - AROUND));
        }
    }

    /// {@return both texts where they part}
    static String difference(String found, String expected) {
        int at = 0;
        while (at < Math.min(found.length(), expected.length()) && found.charAt(at) == expected.charAt(at)) {
            at++;
        }
        return "'" + cut(found, at) + "' and not '" + cut(expected, at) + "'";
    }

    private static String cut(String text, int at) {
        return text.substring(Math.max(0, at - AROUND), Math.min(text.length(), at + AROUND));
    }
}
