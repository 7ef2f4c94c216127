package dev.mokha.language.encoder;

import dev.mokha.text.tokenizer.Encoding;
import dev.mokha.text.tokenizer.Tokenizer;
import dev.mokha.text.tokenizer.Truncation;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Makes sequences of texts and pairs of texts, with their special tokens. Whatever the tokenizer's own file
/// says about cutting and filling up is left aside. For any number of threads.
public final class TextReader {
    private final Tokenizer whole;
    private final Tokenizer cut;
    private final int longest;
    private final boolean lowercase;

    /// @param longest tokens of a sequence that [#cut(String, String)] leaves, special ones included
    /// @param lowercase whether texts are put into lower case before the tokenizer sees them
    public TextReader(Tokenizer tokenizer, int longest, boolean lowercase) {
        this.whole = tokenizer.toBuilder().truncation(null).padding(null).build();
        this.cut = cutting(longest);
        this.longest = longest;
        this.lowercase = lowercase;
    }

    private Tokenizer cutting(int longest) {
        return whole.toBuilder().truncation(Truncation.to(longest)).build();
    }

    /// {@return the tokenizer, which cuts and fills nothing}
    public Tokenizer tokenizer() {
        return whole;
    }

    /// {@return tokens of a sequence at most, special ones included}
    public int longest() {
        return longest;
    }

    /// {@return all of a text or a pair, however long}
    ///
    /// @throws IllegalArgumentException when it has no token
    public Sequence whole(String text, @Nullable String pair) {
        return sequence(whole, text, pair);
    }

    /// {@return what fits of a text or a pair, cut at the end of the longer one}
    public Sequence cut(String text, @Nullable String pair) {
        return sequence(cut, text, pair);
    }

    /// {@return what fits into fewer tokens}
    ///
    /// @param most tokens, special ones included
    public Sequence cut(String text, @Nullable String pair, int most) {
        return sequence(most == longest ? cut : cutting(most), text, pair);
    }

    private Sequence sequence(Tokenizer tokenizer, String text, @Nullable String pair) {
        String read = lowered(text);
        if (pair == null) {
            return Sequence.of(some(tokenizer.encodeIds(read), text));
        }
        Encoding encoding = tokenizer.encodePair(read, lowered(pair), true);
        int[] types = encoding.typeIds();
        int first = 0;
        while (first < types.length && types[first] == 0) {
            first++;
        }
        return Sequence.pair(some(encoding.ids(), text), first);
    }

    private String lowered(String text) {
        return lowercase ? text.toLowerCase(Locale.ROOT) : text;
    }

    private static int[] some(int[] ids, String text) {
        if (ids.length == 0) {
            throw new IllegalArgumentException("a text has no tokens: '" + text + "'; leave it out");
        }
        return ids;
    }
}
