package dev.mokha.tensor;

import java.util.Arrays;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/// A weight matrix kept in 8-bit integers, for inference: dynamic quantisation.
///
/// Row `o` of the weight, an output channel, is quantised once, symmetrically: `W8[o] = round(W[o] / s[o])` with
/// `s[o] = max|W[o]| / 127`. Row `r` of the input is quantised when it comes, with a scale `t[r]` of its own. Then
///
/// `y[r, o] = s[o] · t[r] · Σ x8[r, i] · W8[o, i] + b[o]`, the sum of integers exact in 32 bits.
///
/// [Jacob et al. 2018](https://arxiv.org/abs/1712.05877) with symmetric ranges;
/// [Zafrir et al. 2019](https://arxiv.org/abs/1910.06188) for BERT. PyTorch's dynamic quantisation has one
/// scale for the whole input instead of one a row. A scale a row takes longer to find, errs less, and what is
/// computed for a row does not depend on the rows beside it.
///
/// On the processor the product is oneDNN's. Where libtorch was built without, and on other devices, the weight is
/// as small but is widened for each product. It lives outside every scope, until [#close].
public final class Int8Matrix implements AutoCloseable {
    private static final int WEIGHT_LEVELS = 127;

    /// In place of the scale 0 of a row of zeros, so that nothing is divided by 0.
    private static final double LEAST = 1e-30;

    private final long out;
    private final long in;
    private final Tensor weight;
    private final Tensor scales;
    private final @Nullable Tensor zeros;

    private Int8Matrix(long out, long in, Tensor weight, Tensor scales, @Nullable Tensor zeros) {
        this.out = out;
        this.in = in;
        this.weight = weight;
        this.scales = scales;
        this.zeros = zeros;
    }

    /// Quantises a matrix, which stays as it is.
    ///
    /// @param weight floating-point `[out, in]`
    /// @throws IllegalArgumentException when it is no matrix, is empty, or holds a value that is not finite
    public static Int8Matrix of(Tensor weight) {
        return of(weight, Int8Product.HERE && weight.device().equals(Device.CPU));
    }

    /// @param packed whether for oneDNN's product, or to be widened
    static Int8Matrix of(Tensor weight, boolean packed) {
        if (weight.rank() != 2 || weight.count() == 0 || !weight.dtype().isFloating()) {
            throw new IllegalArgumentException(
                    "only a floating-point matrix [out, in] that is not empty can be quantised to int8, not "
                            + weight.dtype() + " " + Arrays.toString(weight.shape()));
        }
        long out = weight.size(0);
        long in = weight.size(1);
        try (var _ = Scope.open("int8 matrix");
                var _ = Gradients.off()) {
            Tensor wide = weight.detach().to(DType.FLOAT32);
            Tensor scales = largest(wide).mul(1.0 / WEIGHT_LEVELS); // [out, 1]
            if (!Double.isFinite(scales.sum().item())) {
                throw new IllegalArgumentException("a matrix with a value that is not finite cannot be quantised to"
                        + " int8; the weights are broken");
            }
            Tensor narrow = rounded(wide, scales, WEIGHT_LEVELS).to(DType.INT8);
            Tensor flat = scales.reshape(out).retain();
            return packed
                    ? new Int8Matrix(
                            out,
                            in,
                            Tensor.wrap(Int8Product.pack(narrow.handle())).retain(),
                            flat,
                            Tensors.zeros(DType.INT64, Device.CPU, out).retain())
                    : new Int8Matrix(out, in, narrow.retain(), flat, null);
        }
    }

    /// {@return `x Wᵀ + b` in the type of `x`, `[…, out]`}
    ///
    /// @param x `[…, in]`; float16 and bfloat16 are widened first
    /// @param bias `[out]`, or null for none
    /// @throws IllegalStateException when gradients of it are wanted: rounding has none
    public Tensor linear(Tensor x, @Nullable Tensor bias) {
        if (x.requiresGrad() && Gradients.areOn()) {
            throw new IllegalStateException("an int8 matrix is for inference: rounding has no gradient. Load the model"
                    + " without int8 to train it, or put Gradients.off() around its use");
        }
        if (x.rank() < 1 || x.size(-1) != in) {
            throw new IllegalArgumentException(
                    "this int8 matrix takes [..., " + in + "], not " + Arrays.toString(x.shape()));
        }
        try (var scope = Scope.open("int8 product");
                var _ = Gradients.off()) {
            long[] shape = x.shape();
            shape[shape.length - 1] = out;
            if (x.count() == 0) {
                return scope.keep(Tensors.zeros(x.dtype(), x.device(), shape));
            }
            Tensor rows = x.to(DType.FLOAT32).reshape(-1, in);
            Tensor added = bias == null ? null : bias.to(DType.FLOAT32);
            return scope.keep(product(rows, added).reshape(shape).to(x.dtype()));
        }
    }

    /// @param rows float32 `[rows, in]`
    /// @return float32 `[rows, out]`
    private Tensor product(Tensor rows, @Nullable Tensor bias) {
        Tensor most = largest(rows); // [rows, 1]
        Tensor scale;
        Tensor sums; // [rows, out], already times the scales of the channels
        if (zeros == null) {
            scale = most.mul(1.0 / WEIGHT_LEVELS);
            sums = Functional.linear(rounded(rows, scale, WEIGHT_LEVELS), weight.to(DType.FLOAT32), null)
                    .mul(scales);
        } else {
            int levels = Int8Product.LEVELS;
            scale = most.mul(1.0 / levels);
            int zero = levels + 1;
            var quantized = torch.quantize_per_tensor(
                    rows.handle().mul(scale.handle().reciprocal()), 1.0, zero, ScalarType.QUInt8);
            sums = Tensor.wrap(
                    Int8Product.linear(quantized.int_repr(), zero, weight.handle(), scales.handle(), zeros.handle()));
        }
        return bias == null
                ? sums.mul(scale)
                : Tensor.wrap(torch.addcmul(bias.handle(), sums.handle(), scale.handle()));
    }

    /// {@return the largest magnitude of each row, never 0, `[rows, 1]`}
    private static Tensor largest(Tensor matrix) {
        return Tensor.wrap(matrix.handle().abs().amax(new long[] {1}, true).clamp_min_(new Scalar(LEAST)));
    }

    private static Tensor rounded(Tensor matrix, Tensor scales, int levels) {
        return Tensor.wrap(matrix.handle().mul(scales.handle().reciprocal()))
                .round()
                .clamp(-levels, levels);
    }

    /// {@return the matrix that is computed with, `s[o] · W8[o]`, float32 `[out, in]`; made anew each time}
    public Tensor dequantized() {
        try (var scope = Scope.open("int8 matrix");
                var _ = Gradients.off()) {
            if (zeros == null) {
                return scope.keep(weight.to(DType.FLOAT32).mul(scales.reshape(out, 1)));
            }
            // The packed order is oneDNN's own. Row i of the identity becomes one whole number times its scale, so the
            // product with it is column i of the matrix.
            Tensor identity = Tensor.wrap(torch.eye(in));
            return scope.keep(product(identity, null).transpose(0, 1).contiguous());
        }
    }

    /// {@return the size of the matrix's rows, the number of output channels}
    public long out() {
        return out;
    }

    /// {@return the size of the input}
    public long in() {
        return in;
    }

    /// {@return whether the product is oneDNN's}
    boolean isPacked() {
        return zeros != null;
    }

    /// {@return the memory of the 8-bit elements and of what belongs to each channel}
    public long bytes() {
        return in * out + out * (zeros == null ? Float.BYTES : Float.BYTES + Long.BYTES);
    }

    /// Frees the native memory. Closing twice does nothing.
    @Override
    public void close() {
        weight.close();
        scales.close();
        if (zeros != null) {
            zeros.close();
        }
    }
}
