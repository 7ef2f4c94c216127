package dev.mokha.text.tokenizer;

import dev.mokha.text.tokenizer.model.Model;
import dev.mokha.text.tokenizer.model.Pieces;
import dev.mokha.text.tokenizer.model.WordReader;
import dev.mokha.text.tokenizer.normal.AlignedText;
import dev.mokha.text.tokenizer.normal.Normalizer;
import dev.mokha.text.tokenizer.split.PreTokenizer;
import dev.mokha.text.tokenizer.split.SplitText;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// The way from text to pieces, with the buffers of one thread.
final class Encoder {
    private static final int KEEP_CHARS = 1 << 20;

    private final @Nullable Normalizer normalizer;
    private final @Nullable PreTokenizer preTokenizer;
    private final AddedTokens added;
    private final boolean bytesByModel;
    private final boolean startMatters;
    private final WordReader reader;
    private final SplitText split = new SplitText();
    private final SplitText inner = new SplitText();
    private final Pieces pieces = new Pieces();
    private char[] chars = new char[1024];

    Encoder(Model model, @Nullable Normalizer normalizer, @Nullable PreTokenizer preTokenizer, AddedTokens added) {
        this.normalizer = normalizer;
        this.preTokenizer = preTokenizer;
        this.added = added;
        this.reader = new WordReader(model);
        this.bytesByModel = model instanceof dev.mokha.text.tokenizer.model.Bpe;
        this.startMatters = normalizer != null && preTokenizer != null && asksForStart(preTokenizer);
    }

    /// Metaspace's FIRST asks where a word came from, so that must be known even when the caller does not care.
    private static boolean asksForStart(PreTokenizer preTokenizer) {
        return switch (preTokenizer) {
            case PreTokenizer.Sequence sequence ->
                sequence.preTokenizers().stream().anyMatch(Encoder::asksForStart);
            case PreTokenizer.Metaspace metaspace -> metaspace.prependScheme() == PreTokenizer.PrependScheme.FIRST;
            default -> false;
        };
    }

    boolean reusable() {
        return chars.length <= KEEP_CHARS;
    }

    int[] ids(String text) {
        run(text, false);
        return pieces.toIds();
    }

    Encoding encoding(String text, int sequence, IntFunction<@Nullable String> tokenOf) {
        run(text, true);
        int n = pieces.count();
        var tokens = new String[n];
        var starts = new int[n];
        var ends = new int[n];
        var words = new int[n];
        for (int i = 0; i < n; i++) {
            String token = tokenOf.apply(pieces.id(i));
            tokens[i] = token == null ? "" : token;
            starts[i] = pieces.from(i);
            ends[i] = pieces.to(i);
            words[i] = pieces.word(i);
        }
        return Encoding.ofSequence(pieces.toIds(), tokens, starts, ends, words, sequence);
    }

    private void run(String text, boolean offsets) {
        int n = text.length();
        if (chars.length < n) {
            chars = new char[Math.max(n, Math.min(chars.length * 2, KEEP_CHARS))];
        }
        text.getChars(0, n, chars, 0);
        repair(chars, n);
        pieces.clear();
        var raw = added.raw();
        if (raw != null && raw.mayMatch(chars, 0, n)) {
            raw.parts(chars, 0, n, (from, to, id) -> {
                if (id >= 0) {
                    pieces.add(id, from, to);
                    pieces.nextWord();
                } else {
                    segment(from, to, offsets);
                }
            });
        } else if (n > 0) {
            segment(0, n, offsets);
        }
    }

    /// Half a surrogate pair, which no UTF-8 text can hold, becomes U+FFFD.
    private static void repair(char[] chars, int n) {
        for (int i = 0; i < n; i++) {
            if (Character.isSurrogate(chars[i])) {
                if (i + 1 < n && Character.isSurrogatePair(chars[i], chars[i + 1])) {
                    i++;
                } else {
                    chars[i] = '\uFFFD';
                }
            }
        }
    }

    /// Text between added tokens.
    private void segment(int from, int to, boolean offsets) {
        AlignedText text = split.text();
        text.reset(chars, from, to, offsets || startMatters);
        if (normalizer != null) {
            normalizer.normalize(text);
        }
        var matcher = added.normalized();
        if (matcher != null && matcher.mayMatch(text.chars(), 0, text.length())) {
            matcher.parts(text.chars(), 0, text.length(), (start, end, id) -> {
                if (id >= 0) {
                    pieces.add(id, text.start(start), text.end(end - 1));
                    pieces.nextWord();
                } else {
                    inner.text().copy(text, start, end);
                    words(inner, offsets);
                }
            });
        } else {
            words(split, offsets);
        }
    }

    private void words(SplitText words, boolean offsets) {
        words.whole();
        if (preTokenizer != null) {
            preTokenizer.split(words);
        }
        if (!bytesByModel) {
            words.writeBytes();
        }
        boolean asBytes = words.bytesWanted();
        AlignedText text = words.text();
        int before = pieces.count();
        for (int i = 0; i < words.count(); i++) {
            reader.read(text.chars(), words.from(i), words.to(i), asBytes, pieces);
            pieces.nextWord();
        }
        if (offsets) {
            for (int i = before; i < pieces.count(); i++) {
                int first = pieces.from(i);
                int last = Math.max(first, pieces.to(i) - 1);
                pieces.range(i, text.start(first), text.end(last));
            }
        }
    }
}
