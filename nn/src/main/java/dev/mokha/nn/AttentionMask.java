package dev.mokha.nn;

import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import org.jspecify.annotations.Nullable;

/// Which keys each query may see. Queries are the last `time` of the `keys` positions, so the same mask
/// serves a full pass and a step with a cache.
///
/// @param causal whether a position sees itself and earlier ones only
/// @param window how many positions, itself included, a position sees back, and on where the mask is not
///     causal; 0 for all
/// @param keep boolean (true keeps) or added to the scores; broadcast to `[batch, heads, time,
///     keys]`; or null
/// @param flat whether `keep` already hides what `causal` and `window` hide
public record AttentionMask(
        boolean causal, long window, @Nullable Tensor keep, boolean flat) {
    private static final AttentionMask NONE = new AttentionMask(false, 0, null, false);
    private static final AttentionMask CAUSAL = new AttentionMask(true, 0, null, false);

    public AttentionMask {
        if (window < 0) {
            throw new IllegalArgumentException("a sliding window has at least 1 position, or 0 for all, not " + window);
        }
        if (flat && keep == null && (causal || window > 0)) {
            throw new IllegalArgumentException("a mask that hides something and is flat needs a tensor");
        }
    }

    /// Every position sees every other.
    public static AttentionMask none() {
        return NONE;
    }

    /// A position sees itself and those before.
    public static AttentionMask causalOnly() {
        return CAUSAL;
    }

    /// A position sees itself and the `window − 1` positions before.
    public static AttentionMask sliding(long window) {
        return new AttentionMask(true, window, null, false);
    }

    /// A position sees itself and `reach` positions to either side, as in local attention,
    /// [Beltagy et al. 2020](https://arxiv.org/abs/2004.05150).
    public static AttentionMask around(long reach) {
        if (reach < 0) {
            throw new IllegalArgumentException("local attention reaches 0 or more positions, not " + reach);
        }
        return new AttentionMask(false, reach + 1, null, false);
    }

    /// {@return this mask, further limited by `keep`}
    /// @param keep boolean or additive, broadcast to `[batch, heads, time, keys]`
    public AttentionMask and(Tensor keep) {
        if (this.keep != null) {
            throw new IllegalStateException("this mask already has a tensor; combine the two first");
        }
        return new AttentionMask(causal, window, keep, false);
    }

    /// {@return whether nothing is hidden when `time` queries meet `keys` keys, apart from what `keep`
    /// hides}
    boolean isOpen(long time, long keys) {
        return (!causal || time == 1) && (window == 0 || keys <= window);
    }

    /// {@return one tensor for all of it, boolean or additive, or null when nothing is hidden}
    @Nullable
    Tensor dense(long time, long keys, Device device) {
        if (flat || isOpen(time, keys)) {
            return keep;
        }
        Tensor key = Tensors.range(0, keys, device).unsqueeze(0); // [1, keys]
        long ahead = causal ? 0 : window - 1;
        Tensor seen =
                key.le(Tensors.range(keys - time + ahead, keys + ahead, device).unsqueeze(1)); // [time, keys]
        if (window > 0) {
            Tensor before =
                    Tensors.range(keys - time - window, keys - window, device).unsqueeze(1); // [time, 1]
            seen = seen.and(key.gt(before));
        }
        if (keep == null) {
            return seen;
        }
        return keep.dtype() == DType.BOOL ? seen.and(keep) : keep.maskedFill(seen.not(), Double.NEGATIVE_INFINITY);
    }

    /// {@return this mask with everything in one tensor: built once, it serves all layers of a pass}
    public AttentionMask flattened(long time, long keys, Device device) {
        Tensor dense = dense(time, keys, device);
        return dense == null ? NONE : new AttentionMask(causal, window, dense, true);
    }

    /// {@return the first key that the query at `start`, of `time`, may see}
    long firstKey(long start, long time, long keys) {
        return window == 0 ? 0 : Math.max(0, keys - time + start - window + 1);
    }

    /// {@return one more than the last key that queries before `end`, of `time`, may see}
    long lastKey(long end, long time, long keys) {
        if (causal) {
            return keys - time + end;
        }
        return window == 0 ? keys : Math.min(keys, keys - time + end - 1 + window);
    }

    /// {@return this mask for some of the queries and some of the keys}
    AttentionMask part(long start, long length, long firstKey, long count) {
        if (keep == null) { // the queries are the last of the keys
            return this;
        }
        Tensor rows = keep.rank() < 2 || keep.size(-2) == 1 ? keep : keep.narrow(-2, start, length);
        Tensor part = rows.size(-1) == 1 ? rows : rows.narrow(-1, firstKey, count);
        return new AttentionMask(causal, window, part, flat);
    }
}
