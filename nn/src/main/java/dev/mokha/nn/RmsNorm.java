package dev.mokha.nn;

import dev.mokha.tensor.DType;
import dev.mokha.tensor.Functional;
import dev.mokha.tensor.Tensor;

/// Root mean square normalisation, [Zhang & Sennrich 2019](https://arxiv.org/abs/1910.07467), over the last dimension:
/// `x / √(mean(x²) + eps) · weight`. As in the Llama checkpoints' own code, the division happens in float32 and is
/// rounded to the input's type before the weight is applied.
///
/// @param weight `[hidden]`
/// @param eps added to the mean square
public record RmsNorm(Tensor weight, double eps) {
    /// {@return `[…, hidden]`}
    /// @param x `[…, hidden]`
    public Tensor forward(Tensor x) {
        if (x.dtype() == DType.FLOAT32 && weight.dtype() == DType.FLOAT32) {
            return Functional.rmsNorm(x, weight, eps);
        }
        Tensor wide = x.dtype() == DType.FLOAT64 ? x : x.to(DType.FLOAT32);
        Tensor scale = wide.square().mean(-1, true).add(eps).rsqrt(); // […, 1]
        return wide.mul(scale).to(x.dtype()).mul(weight);
    }
}
