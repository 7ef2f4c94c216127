package dev.mokha.nn;

import dev.mokha.tensor.Tensor;

/// Group normalisation, [Wu & He 2018](https://arxiv.org/abs/1803.08494): each group of channels of each example is
/// brought to mean 0 and variance 1 (divided by n), then scaled and shifted by channel.
///
/// @param weight `[channels]`
/// @param bias `[channels]`
/// @param groups how many groups the channels form
/// @param eps added to the variance
public record GroupNorm(Tensor weight, Tensor bias, int groups, double eps) implements ChannelNorm {
    public GroupNorm {
        if (groups < 1 || weight.size(0) % groups != 0) {
            throw new IllegalArgumentException(weight.size(0) + " channels do not form " + groups + " equal groups");
        }
    }

    /// {@return `[batch, channels, …]`}
    /// @param x `[batch, channels, …]`
    @Override
    public Tensor forward(Tensor x) {
        Tensor grouped = x.reshape(x.size(0), groups, -1); // [batch, groups, elements]
        Tensor centred = grouped.sub(grouped.mean(-1, true));
        Tensor scale = centred.square().mean(-1, true).add(eps).rsqrt(); // [batch, groups, 1]
        return ChannelNorm.affine(centred.mul(scale).reshape(x.shape()), weight, bias);
    }
}
