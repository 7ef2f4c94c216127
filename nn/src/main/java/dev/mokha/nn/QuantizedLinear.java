package dev.mokha.nn;

import dev.mokha.tensor.Int8Matrix;
import dev.mokha.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// A projection whose weight is kept in 8-bit integers only, a quarter of float32's memory: see [Int8Matrix]. For
/// inference; it refuses gradients.
public final class QuantizedLinear implements Projection {
    private final Int8Matrix matrix;
    private final @Nullable Tensor bias;

    private QuantizedLinear(Int8Matrix matrix, @Nullable Tensor bias) {
        this.matrix = matrix;
        this.bias = bias;
    }

    /// Quantises a projection, whose weight is not needed any more after.
    static QuantizedLinear of(Linear base) {
        return new QuantizedLinear(Int8Matrix.of(base.weight()), base.bias());
    }

    /// {@return `[…, out]`}
    /// @param x `[…, in]`
    /// @throws IllegalStateException when gradients of it are wanted
    @Override
    public Tensor forward(Tensor x) {
        return matrix.linear(x, bias);
    }

    /// {@return the rounded weight as float32, `[out, in]`, made anew each time}
    @Override
    public Tensor weight() {
        return matrix.dequantized();
    }

    @Override
    public @Nullable Tensor bias() {
        return bias;
    }

    /// {@return the matrix of 8-bit integers, which belongs to the tree}
    public Int8Matrix matrix() {
        return matrix;
    }
}
