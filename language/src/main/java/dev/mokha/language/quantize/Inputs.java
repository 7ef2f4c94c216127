package dev.mokha.language.quantize;

import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;

/// What some projections have been multiplied with: of all their input rows `x`, the sums that the
/// methods need.
final class Inputs implements AutoCloseable {
    private final Tensor products; // [in, in]
    private final Tensor sums; // [in], of |x|
    private Tensor largest; // [in], of |x|
    private long rows;

    Inputs(long in) {
        try (var _ = Scope.open("inputs")) {
            products = Tensors.zeros(DType.FLOAT32, Device.CPU, in, in).retain();
            sums = Tensors.zeros(DType.FLOAT32, Device.CPU, in).retain();
            largest = Tensors.zeros(DType.FLOAT32, Device.CPU, in).retain();
        }
    }

    /// @param x `[…, in]`
    void add(Tensor x) {
        try (var _ = Scope.open("inputs")) {
            Tensor flat = x.detach().to(DType.FLOAT32).flatten(0, x.rank() - 2); // [rows, in]
            products.addInPlace(flat.transpose(0, 1).matmul(flat), 1);
            Tensor sizes = flat.abs();
            sums.addInPlace(sizes.sum(0, false), 1);
            Tensor more = largest.maximum(sizes.max(0, false)).retain();
            largest.close();
            largest = more;
            rows += flat.size(0);
        }
    }

    /// {@return `Σ x xᵀ`, `[in, in]`}
    Tensor products() {
        return products;
    }

    /// {@return the mean of |x| of each number of a row}
    float[] meanSizes() {
        float[] means = sums.toFloats();
        for (int i = 0; i < means.length; i++) {
            means[i] /= rows;
        }
        return means;
    }

    /// {@return the largest |x| of each number of a row}
    float[] largestSizes() {
        return largest.toFloats();
    }

    @Override
    public void close() {
        products.close();
        sums.close();
        largest.close();
    }
}
