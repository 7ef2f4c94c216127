package dev.mokha.nn;

import dev.mokha.tensor.Functional.Convolution;
import dev.mokha.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// The basic residual block, [He et al. 2015, §3.2](https://arxiv.org/abs/1512.03385): two 3 × 3 convolutions whose
/// output is added to the input, which a 1 × 1 convolution brings to the same shape where it has another. Names of
/// torchvision's `BasicBlock`: `conv1`, `bn1`, `conv2`, `bn2`, `downsample.0`, `downsample.1`.
public final class ResidualBlock {
    private final ConvBlock first;
    private final ConvBlock second;
    private final @Nullable ConvBlock shortcut;

    /// @param in channels of the input
    /// @param out channels of the output
    /// @param stride of the first convolution
    public ResidualBlock(Params params, long in, long out, int stride) {
        this.first = block(params, new Names("conv1", "bn1"), new Size(in, out, 3), stride, Activation.RELU);
        this.second = block(params, new Names("conv2", "bn2"), new Size(out, out, 3), 1, Activation.IDENTITY);
        this.shortcut = stride == 1 && in == out
                ? null
                : block(
                        params,
                        new Names("downsample.0", "downsample.1"),
                        new Size(in, out, 1),
                        stride,
                        Activation.IDENTITY);
    }

    private record Names(String conv, String norm) {}

    private record Size(long in, long out, int kernel) {}

    private static ConvBlock block(Params params, Names names, Size size, int stride, Activation activation) {
        var move = new Convolution(stride, size.kernel() / 2, 1, 1);
        Conv2d conv = params.with(new Init.KaimingUniform(Math.sqrt(2)))
                .conv2d(names.conv(), size.in(), size.out(), size.kernel(), move, Bias.WITHOUT);
        return new ConvBlock(conv, params.batchNorm(names.norm(), size.out(), 1e-5), activation);
    }

    /// {@return `[batch, out, ⌈height / stride⌉, ⌈width / stride⌉]`}
    /// @param x `[batch, in, height, width]`
    public Tensor forward(Tensor x) {
        Tensor passed = shortcut == null ? x : shortcut.forward(x);
        return second.forward(first.forward(x)).add(passed).relu();
    }
}
