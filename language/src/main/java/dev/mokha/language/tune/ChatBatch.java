package dev.mokha.language.tune;

import dev.mokha.language.decoder.TokenBatch;
import dev.mokha.tensor.Tensor;

/// Rows of conversations side by side.
///
/// @param tokens 64-bit integers `[batch, time]`, filled up on the right
/// @param labels 64-bit integers `[batch, time]`: the ids where the assistant wrote, -100 elsewhere
/// @param counted how many labels count
public record ChatBatch(TokenBatch tokens, Tensor labels, int counted) {
    /// The label of what does not count.
    static final int IGNORED = -100;
}
