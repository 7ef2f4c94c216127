package dev.mokha.nn;

import dev.mokha.tensor.Autocast;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Functional;
import dev.mokha.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// Scaled dot-product attention, [Vaswani et al. 2017, §3.2](https://arxiv.org/abs/1706.03762):
/// `softmax(scale · Q Kᵀ + mask) V`, with fewer key and value heads than query heads where wanted
/// ([Ainslie et al. 2023](https://arxiv.org/abs/2305.13245)).
///
/// Two paths with equal results: the fused one never forms the maps; the eager one does, so that a [Probe] can see and
/// replace them. [#attend] chooses.
public final class Attention {
    private Attention() {}

    /// Attention by the better path for this type and device, or by the eager one when `probs` is watched.
    ///
    /// @param query `[batch, heads, time, headDim]`
    /// @param key `[batch, kvHeads, keys, headDim]`
    /// @param value `[batch, kvHeads, keys, headDim]`
    /// @param scale usually `1/√headDim`
    /// @param probs the maps, `[batch, heads, time, keys]`
    /// @return `[batch, heads, time, headDim]`
    public static Tensor attend(Tensor query, Tensor key, Tensor value, AttentionMask mask, double scale, Tap probs) {
        return probs.isWatched() || !fusedIsBetter(query)
                ? eager(query, key, value, mask, scale, probs)
                : fused(query, key, value, mask, scale);
    }

    /// libtorch's fused kernel has no bfloat16 path on the processor in this build: measured 28 times slower than
    /// forming the maps.
    static boolean fusedIsBetter(Tensor query) {
        return switch (query.device().kind()) {
            case CUDA -> true;
            case CPU ->
                (query.dtype() == DType.FLOAT32 || query.dtype() == DType.FLOAT64) && !Autocast.isOn(Device.CPU);
        };
    }

    /// The fused path. Shapes as in [#attend].
    ///
    /// @return `[batch, heads, time, headDim]`
    public static Tensor fused(Tensor query, Tensor key, Tensor value, AttentionMask mask, double scale) {
        long time = query.size(2);
        long keys = key.size(2);
        if (mask.causal() && mask.window() == 0 && mask.keep() == null && time == keys) {
            return Functional.attention(query, key, value, null, true, scale);
        }
        Tensor dense = mask.dense(time, keys, query.device());
        return Functional.attention(query, key, value, matching(dense, query), false, scale);
    }

    /// The eager path. Shapes as in [#attend]; a position that sees nothing gets zeros.
    ///
    /// @return `[batch, heads, time, headDim]`
    public static Tensor eager(Tensor query, Tensor key, Tensor value, AttentionMask mask, double scale, Tap probs) {
        long batch = query.size(0);
        long heads = query.size(1);
        long time = query.size(2);
        long kvHeads = key.size(1);
        long keys = key.size(2);
        // The query heads that share a key head stand one after the other: one product serves them all.
        Tensor grouped = query.mul(scale).reshape(batch, kvHeads, heads / kvHeads * time, query.size(3));
        Tensor scores = grouped.matmul(key.transpose(-2, -1)).view(batch, heads, time, keys);
        Tensor dense = mask.dense(time, keys, query.device());
        Tensor weights = probs.pass(softmax(scores, dense)); // [batch, heads, time, keys]
        Tensor mixed = weights.reshape(batch, kvHeads, heads / kvHeads * time, keys)
                .to(value.dtype())
                .matmul(value);
        return mixed.view(batch, heads, time, value.size(3));
    }

    private static Tensor softmax(Tensor scores, @Nullable Tensor mask) {
        if (mask == null) {
            return scores.softmax(-1);
        }
        if (mask.dtype() != DType.BOOL) {
            return scores.add(mask.to(scores.dtype())).softmax(-1);
        }
        Tensor hidden = mask.not();
        return scores.maskedFill(hidden, LOWEST).softmax(-1).maskedFill(hidden, 0);
    }

    /// A score that no real one falls below and that bfloat16 and float16 can hold, so that a row without any key
    /// stays finite.
    private static final double LOWEST = -6e4;

    private static @Nullable Tensor matching(@Nullable Tensor mask, Tensor query) {
        return mask == null || mask.dtype() == DType.BOOL ? mask : mask.to(query.dtype());
    }
}
