package dev.mokha.tensor;

import java.util.function.Supplier;

/// One operation on written-out numbers.
///
/// @param method class, name and parameter types, such as `Tensor.add(Tensor)`
/// @param run applies it; called within a scope
/// @param dtype the expected element type
/// @param sizes the expected sizes
/// @param values the expected elements, in order
@SuppressWarnings("ArrayRecordComponent") // cases are neither compared nor hashed
record Case(String method, Supplier<Tensor> run, DType dtype, long[] sizes, double[] values) {

    /// A float64 result.
    static Case grid(String method, Supplier<Tensor> run, long[] shape, double... values) {
        return new Case(method, run, DType.FLOAT64, shape, values);
    }

    /// A float64 result of one dimension.
    static Case row(String method, Supplier<Tensor> run, double... values) {
        return grid(method, run, shape(values.length), values);
    }

    /// A float64 result of one element and no dimension.
    static Case scalar(String method, Supplier<Tensor> run, double value) {
        return grid(method, run, shape(), value);
    }

    /// A result of another type.
    static Case typed(DType dtype, String method, Supplier<Tensor> run, long[] shape, double... values) {
        return new Case(method, run, dtype, shape, values);
    }

    /// A boolean result of one dimension: 1 is true.
    static Case flags(String method, Supplier<Tensor> run, double... values) {
        return typed(DType.BOOL, method, run, shape(values.length), values);
    }

    static long[] shape(long... sizes) {
        return sizes;
    }

    /// {@return a float64 tensor of one dimension}
    static Tensor t(double... values) {
        return Tensors.of(values, values.length);
    }

    /// {@return a float64 matrix of two rows}
    static Tensor m(double... values) {
        return Tensors.of(values, 2, values.length / 2);
    }

    /// {@return a 64-bit integer tensor of one dimension}
    static Tensor ids(long... values) {
        return Tensors.of(values, values.length);
    }

    /// {@return a boolean tensor of one dimension}
    static Tensor b(boolean... values) {
        return Tensors.of(values, values.length);
    }

    @Override
    public String toString() {
        return method;
    }
}
