package dev.mokha.language.evaluate;

import dev.mokha.language.corpus.Document;
import dev.mokha.language.corpus.TextSource;
import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.decoder.TokenBatch;
import dev.mokha.nn.Mode;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/// How many bits a model needs for a byte of held-out text: `Σ −ln p(token) / (ln 2 · UTF-8 bytes)`. Unlike
/// perplexity it does not depend on the tokenizer, so it compares a model before and after its vocabulary
/// grew (ALLaM specification, §4).
///
/// Every document begins after the end-of-text token, and its end is predicted too. A document longer than
/// the context is read in windows that follow each other; each begins with the last token of the one before,
/// so that every token is predicted exactly once, most with half a window or more before them.
///
/// @param bits the sum of −log₂ p over all tokens
/// @param bytes the UTF-8 bytes of the text
/// @param tokens the tokens predicted
public record BitsPerByte(double bits, long bytes, long tokens) {
    private static final int IGNORED = -100;

    /// {@return bits for each byte}
    public double value() {
        return bits / bytes;
    }

    /// {@return e to the mean negative log-likelihood of a token: comparable only between equal tokenizers}
    public double perplexity() {
        return Math.exp(bits * Math.log(2) / tokens);
    }

    /// Reads documents in batches, without gradients.
    ///
    /// @param encode a text to its tokens, without special ones
    /// @param endOfText the token before and after each document
    /// @param window how the text is cut and read
    /// @throws IllegalArgumentException when there is no text
    public static BitsPerByte of(
            Decoder model, Function<String, int[]> encode, int endOfText, List<Document> documents, Window window) {
        Mode before = model.params().mode();
        model.params().mode(Mode.EVAL);
        try {
            return of(windows -> nats(model, windows), encode, endOfText, documents, window);
        } finally {
            model.params().mode(before);
        }
    }

    /// Whatever computes probabilities.
    @FunctionalInterface
    public interface Scorer {
        /// {@return the sum of −ln p over all tokens of the windows but their first}
        ///
        /// @param windows of two tokens or more, the longest first
        double nats(List<int[]> windows);
    }

    /// Reads documents in batches; see the other.
    public static BitsPerByte of(
            Scorer model, Function<String, int[]> encode, int endOfText, List<Document> documents, Window window) {
        List<int[]> windows = new ArrayList<>();
        long bytes = 0;
        long tokens = 0;
        for (Document document : documents) {
            int[] ids = encode.apply(document.text());
            bytes += TextSource.utf8Bytes(document.text());
            tokens += ids.length + 1;
            int[] whole = new int[ids.length + 2];
            whole[0] = endOfText;
            System.arraycopy(ids, 0, whole, 1, ids.length);
            whole[whole.length - 1] = endOfText;
            for (int from = 0; from < whole.length - 1; from += window.context() - 1) {
                int to = Math.min(whole.length, from + window.context());
                windows.add(Arrays.copyOfRange(whole, from, to));
            }
        }
        if (bytes == 0) {
            throw new IllegalArgumentException("there is no text to measure on");
        }
        windows.sort((a, b) -> Integer.compare(b.length, a.length)); // so that little is padding
        double nats = 0;
        for (int from = 0; from < windows.size(); from += window.batch()) {
            nats += model.nats(windows.subList(from, Math.min(windows.size(), from + window.batch())));
        }
        return new BitsPerByte(nats / Math.log(2), bytes, tokens);
    }

    /// How text is cut and read.
    ///
    /// @param context the tokens a window holds, at least 2
    /// @param batch the windows read at once
    public record Window(int context, int batch) {
        public Window {
            if (context < 2 || batch < 1) {
                throw new IllegalArgumentException(
                        "a window holds at least 2 tokens and a batch 1 window, not " + context + " and " + batch);
            }
        }
    }

    private static double nats(Decoder model, List<int[]> windows) {
        int time = windows.getFirst().length;
        long[] ids = new long[windows.size() * time];
        long[] labels = new long[ids.length];
        for (int row = 0; row < windows.size(); row++) {
            int[] window = windows.get(row);
            for (int t = 0; t < time; t++) {
                boolean real = t < window.length;
                ids[row * time + t] = real ? window[t] : 0;
                labels[row * time + t] = real && t > 0 ? window[t] : IGNORED;
            }
        }
        try (var _ = Scope.open("bits per byte");
                var _ = Gradients.off()) {
            Tensor batch = Tensors.of(ids, windows.size(), time);
            // Padding lies behind what is real, where a causal model cannot look; it needs no mask.
            return model.losses(TokenBatch.of(batch), Tensors.of(labels, windows.size(), time))
                    .sum()
                    .item();
        }
    }
}
