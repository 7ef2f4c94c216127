package dev.mokha.tensor;

import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/// The mathematics of layers and losses, without parameters or state: what `torch.nn.functional` is in
/// Python.
public final class Functional {
    static {
        Engine.start();
    }

    private Functional() {}

    /// {@return `x Wᵀ + b`, `[…, out]`}
    ///
    /// Float32 on an x86-64 processor goes to oneDNN, which libtorch itself uses for bfloat16 only: on a
    /// processor with AVX-512 that is not Intel's it is twice as fast as MKL or OpenBLAS
    /// (`docs/engine.md`). Gradients of gradients do not pass through it; `matmul` has them.
    ///
    /// @param x `[…, in]`
    /// @param weight `[out, in]`
    /// @param bias `[out]`, or null for none
    public static Tensor linear(Tensor x, Tensor weight, @Nullable Tensor bias) {
        if (OneDnn.suits(x.handle(), weight.handle())) {
            return Tensor.wrap(OneDnn.linear(x.handle(), weight.handle(), bias == null ? null : bias.handle()));
        }
        return Tensor.wrap(
                bias == null
                        ? torch.linear(x.handle(), weight.handle())
                        : torch.linear(x.handle(), weight.handle(), bias.handle()));
    }

    /// {@return the rows of the table that the ids name, `[…, hidden]`}
    /// @param ids 64-bit integers `[…]`
    /// @param table `[vocab, hidden]`
    public static Tensor embedding(Tensor ids, Tensor table) {
        return Tensor.wrap(torch.embedding(table.handle(), ids.handle()));
    }

    /// Layer normalisation over the last dimension, [Ba et al. 2016](https://arxiv.org/abs/1607.06450):
    /// `(x − mean) / √(var + eps) · weight + bias`.
    ///
    /// @param x `[…, hidden]`
    /// @param weight `[hidden]`
    /// @param bias `[hidden]`, or null for none
    public static Tensor layerNorm(Tensor x, Tensor weight, @Nullable Tensor bias, double eps) {
        return Tensor.wrap(torch.layer_norm(
                x.handle(),
                new long[] {x.size(-1)},
                new TensorOptional(weight.handle()),
                Tensor.optional(bias),
                eps,
                false));
    }

    /// Root mean square normalisation over the last dimension, [Zhang & Sennrich
    /// 2019](https://arxiv.org/abs/1910.07467): `x / √(mean(x²) + eps) · weight`.
    ///
    /// @param x `[…, hidden]`
    /// @param weight `[hidden]`
    public static Tensor rmsNorm(Tensor x, Tensor weight, double eps) {
        return Tensor.wrap(torch.rms_norm(
                x.handle(), new long[] {x.size(-1)}, new TensorOptional(weight.handle()), new DoubleOptional(eps)));
    }

    /// {@return `x · σ(x)`, element by element}
    public static Tensor silu(Tensor x) {
        return Tensor.wrap(torch.silu(x.handle()));
    }

    /// The Gaussian error linear unit, [Hendrycks & Gimpel 2016](https://arxiv.org/abs/1606.08415): `x
    /// Φ(x)`.
    ///
    /// @param tanh whether Φ is approximated by tanh, as in the official BERT and GPT-2, or computed by erf
    public static Tensor gelu(Tensor x, boolean tanh) {
        return Tensor.wrap(torch.gelu(x.handle(), tanh ? "tanh" : "none"));
    }

    /// `log(1/(1 + e^−x))`, also where the sigmoid itself would round to 0.
    public static Tensor logSigmoid(Tensor x) {
        return Tensor.wrap(torch.log_sigmoid(x.handle()));
    }

    /// Fused attention, [Vaswani et al. 2017, §3.2](https://arxiv.org/abs/1706.03762):
    /// `softmax(scale · Q Kᵀ + mask) V`. The maps are not formed, so nothing can look at them.
    ///
    /// @param query `[batch, heads, time, headDim]`
    /// @param key `[batch, kvHeads, keys, headDim]`; `heads` is a multiple of `kvHeads`
    /// @param value `[batch, kvHeads, keys, headDim]`
    /// @param mask boolean (true keeps) or added to the scores; of two to four dimensions, broadcast to
    /// `[batch, heads, time, keys]`; or null
    /// @param causal whether position i sees keys up to i only; then the mask must be null
    /// @return `[batch, heads, time, headDim]`
    public static Tensor attention(
            Tensor query, Tensor key, Tensor value, @Nullable Tensor mask, boolean causal, double scale) {
        return Tensor.wrap(torch.scaled_dot_product_attention(
                query.handle(),
                key.handle(),
                value.handle(),
                Tensor.optional(mask),
                0.0,
                causal,
                new DoubleOptional(scale),
                query.size(1) != key.size(1)));
    }

    /// Mean negative log-likelihood of the targets under `softmax(logits)`.
    ///
    /// @param logits `[rows, classes]`
    /// @param targets 64-bit integers `[rows]`; -100 leaves a row out
    /// @param smoothing the share of the target's probability spread over all classes, in `[0, 1)`
    /// @return a scalar; NaN when every row is left out
    public static Tensor crossEntropy(Tensor logits, Tensor targets, double smoothing) {
        return Tensor.wrap(torch.cross_entropy_loss(
                logits.handle(), targets.handle(), new TensorOptional(), 1 /* mean */, -100, smoothing));
    }

    /// Negative log-likelihood of each target: 0 where the target is -100.
    ///
    /// @param logits `[rows, classes]`
    /// @param targets 64-bit integers `[rows]`; -100 leaves a row out
    /// @return `[rows]`
    public static Tensor crossEntropyPerRow(Tensor logits, Tensor targets) {
        return Tensor.wrap(torch.cross_entropy_loss(
                logits.handle(), targets.handle(), new TensorOptional(), 0 /* none */, -100, 0.0));
    }

    /// Mean negative log-likelihood of the targets under `softmax(x Wᵀ)`: [#linear] without bias followed
    /// by [#crossEntropy], and equal to it up to rounding, without the logits ever lying in memory whole.
    ///
    /// The gradients of `x` and `weight` are computed in the forward pass, a few hundred rows at a time, as
    /// in [Hsu et al. 2024, Liger Kernel](https://arxiv.org/abs/2410.10989). Under [Autocast] the products
    /// run in its type.
    ///
    /// @param x `[rows, hidden]`
    /// @param weight `[classes, hidden]`
    /// @param targets 64-bit integers `[rows]`; -100 leaves a row out
    /// @return a scalar; NaN when every row is left out
    public static Tensor linearCrossEntropy(Tensor x, Tensor weight, Tensor targets) {
        return LinearCrossEntropy.of(x, weight, null, targets);
    }

    /// The same for logits `x Wᵀ + b`.
    ///
    /// @param x `[rows, hidden]`
    /// @param weight `[classes, hidden]`
    /// @param bias `[classes]`
    /// @param targets 64-bit integers `[rows]`; -100 leaves a row out
    /// @return a scalar; NaN when every row is left out
    public static Tensor linearCrossEntropy(Tensor x, Tensor weight, Tensor bias, Tensor targets) {
        return LinearCrossEntropy.of(x, weight, bias, targets);
    }

    /// `Σᵢ shareᵢ · log Σⱼ e^(xᵢ · Wⱼ)`: what of a cross entropy over all rows of a table does not depend
    /// on the right ones, for when a row has many right answers and their scores are summed apart.
    ///
    /// The gradients are computed in the forward pass, some hundred rows at a time, as in
    /// [#linearCrossEntropy]. Under [Autocast] products and scores are in its type.
    ///
    /// @param x `[rows, hidden]`
    /// @param weight `[classes, hidden]`
    /// @param shares what each row counts, `[rows]`; a constant
    /// @return a scalar
    public static Tensor linearLogSumExp(Tensor x, Tensor weight, Tensor shares) {
        return LinearLogSumExp.of(x, weight, shares);
    }

    /// The distance of every row from every other row: `(Σ |x − y|^norm)^(1/norm)`, without the
    /// cancellation that computing it by a product brings.
    ///
    /// @param x `[rows, hidden]`
    /// @param y `[others, hidden]`
    /// @param norm 1 or 2
    /// @return `[rows, others]`
    public static Tensor distances(Tensor x, Tensor y, int norm) {
        if (norm != 1 && norm != 2) {
            throw new IllegalArgumentException("distances have norm 1 or 2, not " + norm);
        }
        return Tensor.wrap(torch.cdist(x.handle(), y.handle(), norm, new LongOptional(2 /* never by a product */)));
    }

    /// Cross-correlation over one dimension.
    ///
    /// @param x `[batch, channels, length]`
    /// @param weight `[out, channels / groups, kernel]`
    /// @param bias `[out]`, or null for none
    /// @return `[batch, out, (length + 2 padding − dilation (kernel − 1) − 1) / stride + 1]`
    public static Tensor conv1d(Tensor x, Tensor weight, @Nullable Tensor bias, Convolution shape) {
        return Tensor.wrap(torch.conv1d(
                x.handle(),
                weight.handle(),
                Tensor.optional(bias),
                new long[] {shape.stride()},
                new long[] {shape.padding()},
                new long[] {shape.dilation()},
                shape.groups()));
    }

    /// Cross-correlation over two dimensions.
    ///
    /// @param x `[batch, channels, height, width]`
    /// @param weight `[out, channels / groups, kernelHeight, kernelWidth]`
    /// @param bias `[out]`, or null for none
    /// @return `[batch, out, height', width']`
    public static Tensor conv2d(Tensor x, Tensor weight, @Nullable Tensor bias, Convolution shape) {
        return Tensor.wrap(torch.conv2d(
                x.handle(),
                weight.handle(),
                Tensor.optional(bias),
                new long[] {shape.stride(), shape.stride()},
                new long[] {shape.padding(), shape.padding()},
                new long[] {shape.dilation(), shape.dilation()},
                shape.groups()));
    }

    /// How a kernel moves over its input, equal in every dimension.
    ///
    /// @param stride the distance between two positions of the kernel
    /// @param padding the zeros put before and after the input
    /// @param dilation the distance between two taps of the kernel
    /// @param groups how many independent groups the channels form
    public record Convolution(int stride, int padding, int dilation, int groups) {
        public Convolution {
            if (stride < 1 || padding < 0 || dilation < 1 || groups < 1) {
                throw new IllegalArgumentException(
                        "stride, dilation and groups are at least 1 and padding at least 0, not " + stride + ", "
                                + dilation + ", " + groups + ", " + padding);
            }
        }

        /// Every position, nothing added, one group.
        public static Convolution plain() {
            return new Convolution(1, 0, 1, 1);
        }
    }
}
