package dev.mokha.nn;

import dev.mokha.tensor.Tensor;

/// Convolution, normalisation, activation: what most networks over images are stacks of.
///
/// @param conv the convolution; without bias, as the normalisation shifts
/// @param norm over its output channels
/// @param activation the non-linearity
public record ConvBlock(Conv2d conv, ChannelNorm norm, Activation activation) {
    /// {@return `[batch, out, height', width']`}
    /// @param x `[batch, in, height, width]`
    public Tensor forward(Tensor x) {
        return activation.apply(norm.forward(conv.forward(x)));
    }
}
