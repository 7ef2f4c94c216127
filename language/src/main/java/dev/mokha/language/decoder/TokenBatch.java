package dev.mokha.language.decoder;

import dev.mokha.tensor.DType;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What a [Decoder] reads in one pass: the arguments of the Hugging Face call.
///
/// @param ids 64-bit integers `[batch, time]`
/// @param attentionMask `[batch, keys]`: not 0 where a position is real, 0 where it is padding, on either
///     side. With a cache `keys` counts the cached positions too, else it is `time`. Null when nothing is
///     padding
/// @param positions 64-bit integers `[batch, time]`; null counts on from the cache's length. Rotary attention
///     sees differences of positions only
/// @param documents 64-bit integers `[batch, time]`, the number of the document each position belongs to:
///     positions of different documents packed into one row do not see each other. With a cache they are
///     documents that all begin with what it holds. Null for one document a row
/// @param branches 64-bit integers `[batch, time]`: a position of branch 0 is seen by all later ones of its
///     document, one of another branch by its own branch only, as continuations of one text. Null for
///     documents without
public record TokenBatch(
        Tensor ids,
        @Nullable Tensor attentionMask,
        @Nullable Tensor positions,
        @Nullable Tensor documents,
        @Nullable Tensor branches) {
    public TokenBatch {
        if (ids.rank() != 2 || ids.dtype() != DType.INT64) {
            throw new IllegalArgumentException("ids must be 64-bit integers [batch, time], were " + ids);
        }
        if (attentionMask != null
                && (attentionMask.rank() != 2
                        || attentionMask.size(0) != ids.size(0)
                        || attentionMask.size(1) < ids.size(1))) {
            throw new IllegalArgumentException(
                    "attention_mask must be [batch, keys] beside ids " + ids + ", was " + attentionMask);
        }
        requireLikeIds("positions", positions, ids);
        requireLikeIds("documents", documents, ids);
        requireLikeIds("branches", branches, ids);
    }

    /// Rows of equal length without padding.
    /// @param ids 64-bit integers `[batch, time]`
    public static TokenBatch of(Tensor ids) {
        return new TokenBatch(ids, null, null, null, null);
    }

    /// One row.
    public static TokenBatch of(int... ids) {
        return of(Tensors.of(ids, 1, ids.length));
    }

    /// {@return the same, where positions with mask 0 are padding}
    /// @param attentionMask `[batch, keys]`
    public TokenBatch masked(Tensor attentionMask) {
        return new TokenBatch(ids, attentionMask, positions, documents, branches);
    }

    /// {@return the same at these positions}
    /// @param positions 64-bit integers `[batch, time]`
    public TokenBatch at(Tensor positions) {
        return new TokenBatch(ids, attentionMask, positions, documents, branches);
    }

    /// {@return the same, packed: positions see only those of their own document}
    /// @param documents 64-bit integers `[batch, time]`
    public TokenBatch packed(Tensor documents) {
        return new TokenBatch(ids, attentionMask, positions, documents, branches);
    }

    /// {@return the same, where several continuations of a text stand behind it and do not see each other}
    /// @param branches 64-bit integers `[batch, time]`
    public TokenBatch branched(Tensor branches) {
        return new TokenBatch(ids, attentionMask, positions, documents, branches);
    }

    private static void requireLikeIds(String name, @Nullable Tensor tensor, Tensor ids) {
        if (tensor != null && (tensor.dtype() != DType.INT64 || !Arrays.equals(tensor.shape(), ids.shape()))) {
            throw new IllegalArgumentException(
                    name + " must be 64-bit integers shaped like ids " + ids + ", were " + tensor);
        }
    }
}
