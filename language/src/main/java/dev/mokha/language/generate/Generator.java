package dev.mokha.language.generate;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.decoder.KeyValueCache;
import dev.mokha.language.decoder.TokenBatch;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Scope;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Steps a decoder token by token with its cache. It keeps the cache between answers, so that a prompt that
/// begins as the last one did (a chat's next turn) is read from where they part. For one thread.
///
/// Memory that a step allocates is freed with the step; the cache is freed by [#close].
public final class Generator implements AutoCloseable {
    private static final int FIRST_CAPACITY = 256;

    private final Decoder decoder;
    private @Nullable KeyValueCache cache;
    private int[] cached = {};

    /// @param decoder stays the caller's
    public Generator(Decoder decoder) {
        this.decoder = decoder;
    }

    /// Generates after a prompt until `accept` says no, or the context is full.
    ///
    /// @param accept called with each token; returns whether to go on
    /// @param fresh whether to read the whole prompt again, so that the numbers do not depend on
    ///     earlier answers
    /// @return whether the context, not `accept`, was the end
    public boolean run(int[] prompt, boolean fresh, Sampler sampler, Taker accept) {
        int context = decoder.config().maxPositionEmbeddings();
        if (prompt.length == 0) {
            throw new IllegalArgumentException("a prompt needs at least one token, such as the model's bos token");
        }
        if (prompt.length >= context) {
            throw new IllegalArgumentException("the prompt has " + prompt.length + " tokens; the model's context is "
                    + context + ", and the answer has to fit in it too");
        }
        int[] ids = Arrays.copyOf(prompt, context);
        int length = prompt.length;
        float[] logits = read(prompt, fresh);
        while (true) {
            Sampler.Choice choice = sampler.choose(logits);
            ids[length++] = choice.id();
            if (!accept.take(choice)) {
                return false;
            }
            if (length == context) {
                return true;
            }
            logits = step(choice.id());
            cached = Arrays.copyOf(ids, length);
        }
    }

    /// Takes the tokens of an answer.
    @FunctionalInterface
    public interface Taker {
        /// {@return whether to go on}
        boolean take(Sampler.Choice choice);
    }

    /// Reads the part of the prompt that the cache does not have; always at least the last token.
    private float[] read(int[] prompt, boolean fresh) {
        int shared = fresh ? 0 : shared(prompt);
        KeyValueCache store = cache;
        if (store == null) {
            store = decoder.cache(1, Math.max(FIRST_CAPACITY, prompt.length + FIRST_CAPACITY));
            cache = store;
        }
        store.truncate(shared);
        cached = Arrays.copyOf(prompt, shared); // should the pass fail, the cache has no more than this
        float[] logits = next(Arrays.copyOfRange(prompt, shared, prompt.length), store);
        cached = prompt.clone();
        return logits;
    }

    private int shared(int[] prompt) {
        int mismatch = Arrays.mismatch(cached, prompt);
        int same = mismatch < 0 ? prompt.length : mismatch;
        return Math.min(same, prompt.length - 1);
    }

    private float[] step(int id) {
        return next(new int[] {id}, Objects.requireNonNull(cache));
    }

    private float[] next(int[] ids, KeyValueCache store) {
        try (var _ = Scope.open("decode step");
                var _ = Gradients.off()) {
            return decoder.next(TokenBatch.of(ids), store).toFloats();
        }
    }

    /// Forgets what has been read and frees the cache.
    public void reset() {
        if (cache != null) {
            cache.close();
            cache = null;
        }
        cached = new int[0];
    }

    @Override
    public void close() {
        reset();
    }
}
