package dev.mokha.nn;

import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import org.jspecify.annotations.Nullable;

/// Which keys each query may see. Queries are the last `time` of the `keys` positions, so the same mask serves a full
/// pass and a step with a cache.
///
/// @param causal whether a position sees itself and earlier ones only
/// @param window how many positions, itself included, a position sees back; 0 for all
/// @param keep boolean (true keeps) or added to the scores; broadcast to `[batch, heads, time, keys]`; or null
public record AttentionMask(
        boolean causal, long window, @Nullable Tensor keep) {
    private static final AttentionMask NONE = new AttentionMask(false, 0, null);
    private static final AttentionMask CAUSAL = new AttentionMask(true, 0, null);

    public AttentionMask {
        if (window < 0) {
            throw new IllegalArgumentException("a sliding window has at least 1 position, or 0 for all, not " + window);
        }
        if (window > 0 && !causal) {
            throw new IllegalArgumentException("a sliding window needs a causal mask");
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
        return new AttentionMask(true, window, null);
    }

    /// {@return this mask, further limited by `keep`}
    /// @param keep boolean or additive, broadcast to `[batch, heads, time, keys]`
    public AttentionMask and(Tensor keep) {
        if (this.keep != null) {
            throw new IllegalStateException("this mask already has a tensor; combine the two first");
        }
        return new AttentionMask(causal, window, keep);
    }

    /// {@return whether nothing is hidden when `time` queries meet `keys` keys, apart from what `keep` hides}
    boolean isOpen(long time, long keys) {
        return !causal || (time == 1 && (window == 0 || keys <= window));
    }

    /// {@return one tensor for all of it, boolean or additive, or null when nothing is hidden}
    @Nullable
    Tensor dense(long time, long keys, Device device) {
        if (isOpen(time, keys)) {
            return keep;
        }
        Tensor query = Tensors.range(keys - time, keys, device).unsqueeze(1); // [time, 1]
        Tensor key = Tensors.range(0, keys, device).unsqueeze(0); // [1, keys]
        Tensor seen = key.le(query);
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

    /// {@return this mask with everything in one tensor: build it once for all layers of a pass}
    public AttentionMask flattened(long time, long keys, Device device) {
        return new AttentionMask(false, 0, dense(time, keys, device));
    }
}
