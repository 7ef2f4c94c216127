package dev.mokha.nn;

import dev.mokha.tensor.Functional;
import dev.mokha.tensor.Functional.Convolution;
import dev.mokha.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// Cross-correlation over one dimension, with the parameter names of `torch.nn.Conv1d`.
///
/// @param weight `[out, in / groups, kernel]`
/// @param bias `[out]`, or null for none
/// @param shape how the kernel moves
public record Conv1d(Tensor weight, @Nullable Tensor bias, Convolution shape) {
    /// {@return `[batch, out, length']`}
    /// @param x `[batch, in, length]`
    public Tensor forward(Tensor x) {
        return Functional.conv1d(x, weight, bias, shape);
    }
}
