package dev.mokha.nn;

import dev.mokha.tensor.Autocast;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Functional;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/// Scaled dot-product attention, [Vaswani et al. 2017, §3.2](https://arxiv.org/abs/1706.03762):
/// `softmax(scale · Q Kᵀ + mask) V`, with fewer key and value heads than query heads where wanted
/// ([Ainslie et al. 2023](https://arxiv.org/abs/2305.13245)).
///
/// Two paths with equal results: the fused one never forms the maps; the eager one does, so that a [Probe]
/// can see and replace them. [#attend] chooses.
public final class Attention {
    /// Queries at a time on the blockwise path; 128 was best or near it from 256 to 2,048 positions.
    private static final long BLOCK = 128;

    private static final Tap UNWATCHED = new Tap("");

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
        if (probs.isWatched()) {
            return eager(query, key, value, mask, scale, probs);
        }
        return fusedIsBetter(query)
                ? fused(query, key, value, mask, scale)
                : blockwise(query, key, value, mask, scale, BLOCK);
    }

    /// Attention whose maps are thinned by dropout in training, as BERT's are. While the dropout is not active this is
    /// [#attend] without it; else the maps have to be formed.
    ///
    /// @param query `[batch, heads, time, headDim]`
    /// @param key `[batch, kvHeads, keys, headDim]`
    /// @param value `[batch, kvHeads, keys, headDim]`
    /// @param scale usually `1/√headDim`
    /// @param probs the maps before the dropout, `[batch, heads, time, keys]`
    /// @return `[batch, heads, time, headDim]`
    public static Tensor attend(
            Tensor query, Tensor key, Tensor value, AttentionMask mask, double scale, Dropout dropout, Tap probs) {
        return dropout.isActive()
                ? eager(query, key, value, mask, scale, dropout, probs)
                : attend(query, key, value, mask, scale, probs);
    }

    /// libtorch's fused kernel is for float32 on the processor; in bfloat16 this build takes 20 to 35 times as long as
    /// forming the maps (`docs/LOG.md`).
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
        return eager(query, key, value, mask, scale, null, probs);
    }

    private static Tensor eager(
            Tensor query,
            Tensor key,
            Tensor value,
            AttentionMask mask,
            double scale,
            @Nullable Dropout dropout,
            Tap probs) {
        long batch = query.size(0);
        long heads = query.size(1);
        long time = query.size(2);
        long kvHeads = key.size(1);
        long keys = key.size(2);
        // The query heads that share a key head stand one after the other: one product serves them all.
        Tensor grouped = query.mul(scale).reshape(batch, kvHeads, heads / kvHeads * time, query.size(3));
        Tensor scores = grouped.matmul(key.transpose(-2, -1)).view(batch, heads, time, keys);
        Tensor weights = probs.pass(softmax(scores, mask)); // [batch, heads, time, keys]
        if (dropout != null) {
            weights = dropout.forward(weights);
        }
        Tensor mixed = weights.reshape(batch, kvHeads, heads / kvHeads * time, keys)
                .to(value.dtype())
                .matmul(value);
        return mixed.view(batch, heads, time, value.size(3));
    }

    /// The eager path, some queries at a time, each with no more keys than it may see: half the work and less memory
    /// where the mask is causal. Shapes as in [#attend].
    ///
    /// @param block how many queries at a time
    /// @return `[batch, heads, time, headDim]`
    public static Tensor blockwise(
            Tensor query, Tensor key, Tensor value, AttentionMask mask, double scale, long block) {
        long time = query.size(2);
        long keys = key.size(2);
        if (time <= block) {
            return eager(query, key, value, mask, scale, UNWATCHED);
        }
        // A part of a window to both sides has keys behind its queries, which only a tensor can tell from earlier ones.
        AttentionMask whole = mask.causal() || mask.window() == 0 ? mask : mask.flattened(time, keys, query.device());
        var parts = new ArrayList<Tensor>();
        for (long start = 0; start < time; start += block) {
            long length = Math.min(block, time - start);
            long first = whole.firstKey(start, time, keys);
            long count = whole.lastKey(start + length, time, keys) - first;
            parts.add(eager(
                    query.narrow(2, start, length),
                    key.narrow(2, first, count),
                    value.narrow(2, first, count),
                    whole.part(start, length, first, count),
                    scale,
                    UNWATCHED));
        }
        return Tensors.cat(parts, 2);
    }

    /// The mask is applied by an addition, which costs the backward pass nothing.
    private static Tensor softmax(Tensor scores, AttentionMask mask) {
        Tensor dense = mask.dense(scores.size(2), scores.size(3), scores.device());
        if (dense == null) {
            return scores.softmax(-1);
        }
        if (dense.dtype() != DType.BOOL) {
            return scores.add(dense.to(scores.dtype())).softmax(-1);
        }
        Tensor bias = Tensors.zeros(scores.dtype(), scores.device(), dense.shape())
                .maskedFill(dense.not(), Double.NEGATIVE_INFINITY);
        if (mask.keep() != null) {
            Tensor blind = dense.to(DType.FLOAT32).sum(-1, true).eq(0); // […, time, 1]
            if (blind.any()) {
                return scores.add(bias.maskedFill(blind, 0)).softmax(-1).maskedFill(blind, 0);
            }
        }
        return scores.add(bias).softmax(-1);
    }

    private static @Nullable Tensor matching(@Nullable Tensor mask, Tensor query) {
        return mask == null || mask.dtype() == DType.BOOL ? mask : mask.to(query.dtype());
    }
}
