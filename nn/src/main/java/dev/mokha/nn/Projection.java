package dev.mokha.nn;

import dev.mokha.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// A linear map of the last dimension. Models name projections; the policy of [Params] decides what they are.
public sealed interface Projection permits Linear, LoraLinear, QuantizedLinear {
    /// {@return `[…, out]`}
    /// @param x `[…, in]`
    Tensor forward(Tensor x);

    /// {@return the weight, `[out, in]`, without an adapter's share unless it has been merged; rounded when it is
    /// quantised}
    Tensor weight();

    /// {@return the bias, `[out]`, or null when there is none}
    @Nullable
    Tensor bias();
}
