package dev.mokha.language.decoder;

import dev.mokha.tensor.Tensor;

/// Attention whose keys and values lie elsewhere than in the pass, such as in a server's paged memory. The rows
/// of a pass may belong to many texts; which positions each row may see is for this to know.
public interface StepAttention {
    /// Stores the rows' keys and values, and lets each row attend to the positions of its text.
    ///
    /// @param layer whose attention it is, from 0
    /// @param query `[1, heads, rows, headDim]`, turned by their positions, as the keys are
    /// @param key `[1, kvHeads, rows, headDim]`
    /// @param value `[1, kvHeads, rows, headDim]`
    /// @return `[1, heads, rows, headDim]`
    Tensor attend(int layer, Tensor query, Tensor key, Tensor value);
}
