package dev.mokha.nn;

import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Tensor;

/// Batch normalisation, [Ioffe & Szegedy 2015](https://arxiv.org/abs/1502.03167): each channel is brought to mean 0 and
/// variance 1 (divided by n), in training by the batch's statistics, in use by their running averages, which move a
/// tenth of the way with each batch (the variance there divided by n − 1). Parameter and buffer names of
/// `torch.nn.BatchNorm2d`.
public final class BatchNorm implements ChannelNorm {
    private static final double MOMENTUM = 0.1;

    private final Params params;
    private final Tensor weight;
    private final Tensor bias;
    private final Tensor runningMean;
    private final Tensor runningVar;
    private final double eps;

    BatchNorm(Params params, long channels, double eps) {
        this.params = params.ignore("\\.num_batches_tracked$"); // counts batches, and nothing reads it
        this.weight = params.tensor("weight", Init.ones(), channels);
        this.bias = params.tensor("bias", Init.zeros(), channels);
        this.runningMean = params.buffer("running_mean", Init.zeros(), channels);
        this.runningVar = params.buffer("running_var", Init.ones(), channels);
        this.eps = eps;
    }

    /// {@return `[batch, channels, …]`}
    /// @param x `[batch, channels, …]`
    @Override
    public Tensor forward(Tensor x) {
        if (params.mode() == Mode.EVAL) {
            Tensor scale = weight.mul(runningVar.add(eps).rsqrt()); // [channels]
            return ChannelNorm.affine(x, scale, bias.sub(runningMean.mul(scale)));
        }
        Tensor byChannel = x.transpose(0, 1).flatten(1); // [channels, elements]
        Tensor mean = byChannel.mean(-1, false); // [channels]
        Tensor var = byChannel.var(-1, 0, false); // [channels]
        remember(mean, var, byChannel.size(1));
        Tensor scale = weight.mul(var.add(eps).rsqrt());
        return ChannelNorm.affine(x, scale, bias.sub(mean.mul(scale)));
    }

    private void remember(Tensor mean, Tensor var, long elements) {
        if (elements < 2) {
            throw new IllegalArgumentException(
                    "batch statistics need more than one value a channel; use a larger batch, or group normalisation");
        }
        try (var _ = Gradients.off()) {
            runningMean.lerpInPlace(mean, MOMENTUM);
            runningVar.lerpInPlace(var.mul((double) elements / (elements - 1)), MOMENTUM);
        }
    }
}
