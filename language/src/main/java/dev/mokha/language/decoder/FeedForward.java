package dev.mokha.language.decoder;

import dev.mokha.tensor.Tensor;

/// What stands behind the attention of a layer.
sealed interface FeedForward permits GatedMlp, MixtureOfExperts {
    /// @param x `[batch, time, hidden]`
    /// @return `[batch, time, hidden]`
    Tensor forward(Tensor x, Pass pass);
}
