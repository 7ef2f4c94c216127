package dev.mokha.nn;

import dev.mokha.tensor.Tensor;
import java.util.Arrays;

/// A normalisation of images and signals, whose second dimension is the channels.
public sealed interface ChannelNorm permits BatchNorm, GroupNorm {
    /// {@return `[batch, channels, …]`}
    /// @param x `[batch, channels, …]`
    Tensor forward(Tensor x);

    /// {@return `x · weight + bias`, by channel}
    static Tensor affine(Tensor x, Tensor weight, Tensor bias) {
        long[] shape = new long[x.rank()];
        Arrays.fill(shape, 1);
        shape[1] = weight.size(0);
        return x.mul(weight.view(shape)).add(bias.view(shape));
    }
}
