package dev.mokha.nn;

import dev.mokha.tensor.Functional;
import dev.mokha.tensor.Tensor;

/// A table of vectors, looked up by id.
///
/// @param weight `[vocab, hidden]`
public record Embedding(Tensor weight) {
    /// {@return `[…, hidden]`}
    /// @param ids 64-bit integers `[…]`, each in `[0, vocab)`
    public Tensor forward(Tensor ids) {
        return Functional.embedding(ids, weight);
    }

    /// {@return a projection to logits that shares this table}
    public Linear asHead() {
        return new Linear(weight);
    }
}
