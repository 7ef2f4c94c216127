package dev.mokha.nn;

import dev.mokha.tensor.Functional;
import dev.mokha.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// Layer normalisation, [Ba et al. 2016](https://arxiv.org/abs/1607.06450), over the last dimension:
/// `(x − mean) / √(var + eps) · weight + bias`, the variance divided by n.
///
/// @param weight `[hidden]`
/// @param bias `[hidden]`, or null for none
/// @param eps added to the variance
public record LayerNorm(Tensor weight, @Nullable Tensor bias, double eps) {
    /// {@return `[…, hidden]`}
    /// @param x `[…, hidden]`
    public Tensor forward(Tensor x) {
        return Functional.layerNorm(x, weight, bias, eps);
    }
}
