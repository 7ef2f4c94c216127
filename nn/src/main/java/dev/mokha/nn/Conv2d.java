package dev.mokha.nn;

import dev.mokha.tensor.Functional;
import dev.mokha.tensor.Functional.Convolution;
import dev.mokha.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// Cross-correlation over two dimensions, with the parameter names of `torch.nn.Conv2d`.
///
/// @param weight `[out, in / groups, kernelHeight, kernelWidth]`
/// @param bias `[out]`, or null for none
/// @param shape how the kernel moves
public record Conv2d(Tensor weight, @Nullable Tensor bias, Convolution shape) {
    /// {@return `[batch, out, height', width']`}
    /// @param x `[batch, in, height, width]`
    public Tensor forward(Tensor x) {
        return Functional.conv2d(x, weight, bias, shape);
    }
}
