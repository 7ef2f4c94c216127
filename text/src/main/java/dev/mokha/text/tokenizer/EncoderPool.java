package dev.mokha.text.tokenizer;

import dev.mokha.text.tokenizer.model.Model;
import dev.mokha.text.tokenizer.normal.Normalizer;
import dev.mokha.text.tokenizer.split.PreTokenizer;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// Encoders to lend: one for each thread that encodes at the same time, up to a bound; beyond it, fresh ones.
final class EncoderPool {
    private static final int SLOTS = 32;

    private final Model model;
    private final @Nullable Normalizer normalizer;
    private final @Nullable PreTokenizer preTokenizer;
    private final AddedTokens added;
    private final AtomicReferenceArray<@Nullable Encoder> idle = new AtomicReferenceArray<>(SLOTS);

    EncoderPool(Model model, @Nullable Normalizer normalizer, @Nullable PreTokenizer preTokenizer, AddedTokens added) {
        this.model = model;
        this.normalizer = normalizer;
        this.preTokenizer = preTokenizer;
        this.added = added;
    }

    int[] ids(String text) {
        int slot = slot();
        Encoder encoder = take(slot);
        int[] ids = encoder.ids(text);
        giveBack(slot, encoder);
        return ids;
    }

    Encoding encoding(String text, int sequence, IntFunction<@Nullable String> tokens) {
        int slot = slot();
        Encoder encoder = take(slot);
        Encoding encoding = encoder.encoding(text, sequence, tokens);
        giveBack(slot, encoder);
        return encoding;
    }

    private static int slot() {
        long id = Thread.currentThread().threadId();
        return (int) ((id * 0x9E3779B97F4A7C15L) >>> 59);
    }

    private Encoder take(int slot) {
        Encoder encoder = idle.getAndSet(slot, null);
        return encoder == null ? new Encoder(model, normalizer, preTokenizer, added) : encoder;
    }

    /// An encoder that failed in the middle of a text does not come back: its buffers may be in any state.
    private void giveBack(int slot, Encoder encoder) {
        if (encoder.reusable()) {
            idle.set(slot, encoder);
        }
    }
}
