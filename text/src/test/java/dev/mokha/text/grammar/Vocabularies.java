package dev.mokha.text.grammar;

import dev.mokha.text.tokenizer.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Vocabularies to test with, and texts drawn under a constraint.
final class Vocabularies {
    private static final Map<String, Tokenizer> TOKENIZERS = new ConcurrentHashMap<>();

    private Vocabularies() {}

    /// One of `fixtures/tokenizers`.
    static Tokenizer tokenizer(String name) {
        return TOKENIZERS.computeIfAbsent(
                name,
                kind -> Tokenizer.load(Path.of(System.getProperty("mokha.root"), "fixtures", "tokenizers", kind)));
    }

    /// The vocabulary of a fixture; a token behind the last ends a text.
    static TokenVocabulary fixture(String name) {
        Tokenizer tokenizer = tokenizer(name);
        int end = tokenizer.addedTokens().stream()
                .filter(token -> token.special() && token.content().matches("</s>|<\\|end.*"))
                .mapToInt(token -> tokenizer.id(token.content()))
                .findFirst()
                .orElseThrow();
        return TokenVocabulary.of(tokenizer, end);
    }

    /// Each of these texts is a token, ids in their order; the id behind them ends a text.
    static TokenVocabulary of(List<String> words) {
        var tokens = new ArrayList<byte @Nullable []>();
        words.forEach(word -> tokens.add(word.getBytes(StandardCharsets.UTF_8)));
        tokens.add(null);
        return TokenVocabulary.of(tokens, words.size());
    }

    /// Every single byte, and these words; the last id ends a text.
    static TokenVocabulary bytesAnd(List<String> words) {
        var tokens = new ArrayList<byte @Nullable []>();
        for (int b = 0; b < 256; b++) {
            tokens.add(new byte[] {(byte) b});
        }
        words.forEach(word -> tokens.add(word.getBytes(StandardCharsets.UTF_8)));
        tokens.add(null);
        return TokenVocabulary.of(tokens, tokens.size() - 1);
    }

    /// A text of tokens drawn evenly from those allowed; after `most` tokens the shortest way to the end.
    static String drawn(Constraint constraint, RandomGenerator random, int most) {
        var matcher = constraint.matcher();
        var out = new ByteArrayOutputStream();
        long[] mask = new long[constraint.vocabulary().words()];
        while (!matcher.finished() && matcher.length() < most) {
            matcher.mask(mask);
            int id = nth(mask, random.nextInt(count(mask)));
            byte[] bytes = constraint.vocabulary().bytes(id);
            if (!matcher.accept(id)) {
                throw new AssertionError("the mask allows " + id + ", which is then refused, after " + out);
            }
            if (bytes != null) {
                out.writeBytes(bytes);
            }
        }
        out.writeBytes(matcher.finished() ? new byte[0] : matcher.shortestEnd());
        return out.toString(StandardCharsets.UTF_8);
    }

    static int count(long[] mask) {
        int n = 0;
        for (long word : mask) {
            n += Long.bitCount(word);
        }
        return n;
    }

    private static int nth(long[] mask, int wanted) {
        int left = wanted;
        for (int i = 0; i < mask.length; i++) {
            int here = Long.bitCount(mask[i]);
            if (left < here) {
                long word = mask[i];
                for (; left > 0; left--) {
                    word &= word - 1;
                }
                return i * 64 + Long.numberOfTrailingZeros(word);
            }
            left -= here;
        }
        throw new AssertionError("an empty mask");
    }
}
