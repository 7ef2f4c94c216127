package dev.mokha.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Locale;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.jspecify.annotations.Nullable;

/// A multi-dimensional array on a device, with gradients: the facade over libtorch's `at::Tensor`.
///
/// Operations return new tensors, owned by the innermost [Scope] of their thread; a method whose name ends in
/// `InPlace` changes this one. Dimensions count from 0, or from the end when negative. Broadcasting follows NumPy.
/// Making tensors is in [Tensors], layers' mathematics in [Functional], file access in [Safetensors].
///
/// (Over 400 lines because it is a list: one line an operation, each with its definition.)
public final class Tensor implements AutoCloseable {
    private final org.bytedeco.pytorch.Tensor handle;
    private @Nullable Scope scope;

    Tensor(org.bytedeco.pytorch.Tensor handle) {
        this.handle = handle;
        this.scope = Scope.innermost();
    }

    static Tensor wrap(org.bytedeco.pytorch.Tensor handle) {
        return new Tensor(handle);
    }

    /// The libtorch tensor.
    ///
    /// @throws IllegalStateException when its scope or the tensor itself was closed
    org.bytedeco.pytorch.Tensor handle() {
        if (handle.isNull()) {
            throw new IllegalStateException(
                    scope != null && scope.isClosed()
                            ? "a tensor was used after its scope '" + scope.name()
                                    + "' closed; let it out with scope.keep(tensor) or tensor.retain()"
                            : "a tensor was used after it was closed");
        }
        return handle;
    }

    void movedTo(@Nullable Scope outer) {
        this.scope = outer;
    }

    /// Makes this tensor independent of every scope: it lives until [#close]. For parameters, moments and caches.
    ///
    /// @return this tensor
    public Tensor retain() {
        handle().retainReference();
        scope = null;
        return this;
    }

    /// Frees the native memory now. Closing twice does nothing.
    @Override
    public void close() {
        if (!handle.isNull()) {
            handle.deallocate();
            handle.setNull();
        }
    }

    /// {@return whether the memory was freed, by [#close] or with its scope}
    public boolean isClosed() {
        return handle.isNull();
    }

    // ---- what it is ----

    /// {@return the sizes, outermost first}
    public long[] shape() {
        var handle = handle();
        long[] shape = new long[(int) handle.dim()];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = handle.size(i);
        }
        return shape;
    }

    /// {@return the size of one dimension}
    public long size(int dim) {
        return handle().size(dim);
    }

    /// {@return the number of dimensions}
    public int rank() {
        return (int) handle().dim();
    }

    /// {@return the number of elements}
    public long count() {
        return handle().numel();
    }

    /// {@return the type of the elements}
    public DType dtype() {
        return DType.of(handle().scalar_type());
    }

    /// {@return where the elements lie}
    public Device device() {
        return Device.of(handle().device());
    }

    /// {@return whether the elements lie in order, without gaps}
    public boolean isContiguous() {
        return handle().is_contiguous();
    }

    // ---- values out ----

    /// {@return the one element of a tensor that has one}
    /// @throws IllegalArgumentException when it has another number of elements
    public double item() {
        requireOne();
        return handle().item_double();
    }

    /// {@return the one element of an integer tensor that has one, exactly}
    public long itemLong() {
        requireOne();
        return handle().item_long();
    }

    private void requireOne() {
        if (handle().numel() != 1) {
            throw new IllegalArgumentException("item() needs a tensor of one element; this is " + this);
        }
    }

    /// {@return the elements in order, converted to float32}
    public float[] toFloats() {
        try (var _ = Scope.open("toFloats")) {
            return on(DType.FLOAT32).bytes().toArray(ValueLayout.JAVA_FLOAT);
        }
    }

    /// {@return the elements in order, converted to float64}
    public double[] toDoubles() {
        try (var _ = Scope.open("toDoubles")) {
            return on(DType.FLOAT64).bytes().toArray(ValueLayout.JAVA_DOUBLE);
        }
    }

    /// {@return the elements in order, converted to 64-bit integers}
    public long[] toLongs() {
        try (var _ = Scope.open("toLongs")) {
            return on(DType.INT64).bytes().toArray(ValueLayout.JAVA_LONG);
        }
    }

    private Tensor on(DType dtype) {
        return detach().to(Device.CPU).to(dtype).contiguous();
    }

    /// The elements' memory itself, not a copy: valid while this tensor is.
    ///
    /// @throws IllegalStateException unless the tensor is contiguous and on the processor
    @SuppressWarnings("restricted") // libtorch's own memory, whose size it tells
    MemorySegment bytes() {
        var handle = handle();
        if (handle.is_cuda() || !handle.is_contiguous()) {
            throw new IllegalStateException(
                    "only a contiguous tensor on the processor has addressable bytes; this is " + this);
        }
        if (handle.numel() == 0) {
            return MemorySegment.NULL;
        }
        return MemorySegment.ofAddress(handle.data_ptr().address()).reinterpret(handle.nbytes());
    }

    // ---- gradients ----

    /// Asks for gradients of a leaf, or stops asking.
    ///
    /// @return this tensor
    public Tensor requiresGrad(boolean wanted) {
        handle().set_requires_grad(wanted);
        return this;
    }

    /// {@return whether operations on this tensor are recorded}
    public boolean requiresGrad() {
        return handle().requires_grad();
    }

    /// Adds the gradient of this scalar to the gradients of every leaf that asks for one.
    public void backward() {
        handle().backward();
    }

    /// Adds the vector-Jacobian product with `upstream`, shaped like this tensor, to the gradients of the leaves.
    public void backward(Tensor upstream) {
        handle().backward(upstream.handle(), new BoolOptional(false), false, new TensorArrayRefOptional());
    }

    /// {@return the gradient of a leaf, shaped like it, or null when none has been computed}
    public @Nullable Tensor grad() {
        // The binding's grad() points into the leaf: a handle of its own outlives the leaf and clearGrad().
        var grad = handle().grad();
        return grad.defined() ? wrap(grad.detach()) : null;
    }

    /// Forgets the gradient.
    public void clearGrad() {
        handle().mutable_grad().reset();
    }

    /// {@return the same elements without their history}
    public Tensor detach() {
        return wrap(handle().detach());
    }

    // ---- type, place, copies ----

    /// {@return this tensor when it has the type, else a converted copy}
    public Tensor to(DType dtype) {
        return wrap(handle().toType(dtype.torch()));
    }

    /// {@return this tensor when it is there, else a copy on the device}
    public Tensor to(Device device) {
        var handle = handle();
        return wrap(handle.to(device.torch(), handle.scalar_type()));
    }

    /// {@return a copy of the elements}
    public Tensor copy() {
        return wrap(handle().clone());
    }

    /// {@return this tensor when it is contiguous, else a copy that is}
    public Tensor contiguous() {
        return wrap(handle().contiguous());
    }

    /// Overwrites the elements with those of `source`, converted and broadcast. Not recorded for gradients.
    /// @return this tensor
    public Tensor copyInPlace(Tensor source) {
        try (var _ = Gradients.off()) {
            handle().copy_(source.handle());
        }
        return this;
    }

    // ---- shape ----

    /// {@return the elements in another shape; one size may be -1}
    public Tensor reshape(long... shape) {
        return wrap(handle().reshape(shape));
    }

    /// {@return a view in another shape; one size may be -1}
    /// @throws RuntimeException when the strides do not allow a view
    public Tensor view(long... shape) {
        return wrap(handle().view(shape));
    }

    /// {@return a view with dimensions of size 1 repeated; -1 keeps a size}
    public Tensor expand(long... shape) {
        return wrap(handle().expand(shape));
    }

    /// {@return a view with the dimensions in another order}
    public Tensor permute(long... dims) {
        return wrap(handle().permute(dims));
    }

    /// {@return a view with two dimensions swapped}
    public Tensor transpose(int first, int second) {
        return wrap(handle().transpose(first, second));
    }

    /// {@return a view with the last dimensions from `from` on merged into one}
    public Tensor flatten(int from) {
        return wrap(handle().flatten(from, -1));
    }

    /// {@return a view with the dimensions `from` to `to`, both included, merged into one}
    public Tensor flatten(int from, int to) {
        return wrap(handle().flatten(from, to));
    }

    /// {@return a view with one dimension split into several; one size may be -1}
    public Tensor unflatten(int dim, long... sizes) {
        return wrap(handle().unflatten(dim, sizes));
    }

    /// {@return a view with a dimension of size 1 inserted}
    public Tensor unsqueeze(int dim) {
        return wrap(handle().unsqueeze(dim));
    }

    /// {@return a view with a dimension of size 1 removed}
    public Tensor squeeze(int dim) {
        return wrap(handle().squeeze(dim));
    }

    // ---- parts ----

    /// {@return a view of `length` slices along `dim`, from `start`}
    public Tensor narrow(int dim, long start, long length) {
        return wrap(handle().narrow(dim, start, length));
    }

    /// {@return a view of one slice along `dim`, without that dimension}
    public Tensor select(int dim, long index) {
        return wrap(handle().select(dim, index));
    }

    /// {@return a view of every `step`-th slice along `dim`, from `start` to before `end`}
    public Tensor slice(int dim, long start, long end, long step) {
        return wrap(handle().slice(dim, new LongOptional(start), new LongOptional(end), step));
    }

    /// {@return views of `size` slices each along `dim`; the last may have fewer}
    public Tensor[] split(long size, int dim) {
        return unpack(handle().split(size, dim));
    }

    /// {@return views of `sizes[0]`, `sizes[1]`, … slices along `dim`, which they cover}
    public Tensor[] split(long[] sizes, int dim) {
        return unpack(handle().split_with_sizes(sizes, dim));
    }

    /// {@return the slices along `dim` that the one-dimensional integer tensor `index` names}
    public Tensor indexSelect(int dim, Tensor index) {
        return wrap(handle().index_select(dim, index.handle()));
    }

    /// {@return for each position the element along `dim` that `index`, of the result's shape, names}
    public Tensor gather(int dim, Tensor index) {
        return wrap(handle().gather(dim, index.handle()));
    }

    /// {@return the elements where `mask` is true, in one dimension}
    public Tensor maskedSelect(Tensor mask) {
        return wrap(handle().masked_select(mask.handle()));
    }

    /// {@return a copy with the slices `source` added at `index` along `dim`}
    public Tensor indexAdd(int dim, Tensor index, Tensor source) {
        return wrap(handle().index_add(dim, index.handle(), source.handle()));
    }

    /// Overwrites the slices that `index` names along `dim` with `source`. Not recorded for gradients.
    /// @return this tensor
    public Tensor indexCopyInPlace(int dim, Tensor index, Tensor source) {
        try (var _ = Gradients.off()) {
            handle().index_copy_(dim, index.handle(), source.handle());
        }
        return this;
    }

    /// {@return a copy with `source` written where `index` points along `dim`}
    public Tensor scatter(int dim, Tensor index, Tensor source) {
        return wrap(handle().scatter(dim, index.handle(), source.handle()));
    }

    /// {@return the upper triangle from `diagonal` on, zero elsewhere}
    public Tensor triu(int diagonal) {
        return wrap(handle().triu(diagonal));
    }

    /// {@return the lower triangle up to `diagonal`, zero elsewhere}
    public Tensor tril(int diagonal) {
        return wrap(handle().tril(diagonal));
    }

    // ---- arithmetic ----

    /// {@return `this + other`, element by element}
    public Tensor add(Tensor other) {
        return wrap(handle().add(other.handle()));
    }

    /// {@return `this + value`}
    public Tensor add(double value) {
        return wrap(handle().add(new Scalar(value)));
    }

    /// {@return `this - other`, element by element}
    public Tensor sub(Tensor other) {
        return wrap(handle().sub(other.handle()));
    }

    /// {@return `this - value`}
    public Tensor sub(double value) {
        return wrap(handle().sub(new Scalar(value)));
    }

    /// {@return `this · other`, element by element}
    public Tensor mul(Tensor other) {
        return wrap(handle().mul(other.handle()));
    }

    /// {@return `this · value`}
    public Tensor mul(double value) {
        return wrap(handle().mul(new Scalar(value)));
    }

    /// {@return `this / other`, element by element}
    public Tensor div(Tensor other) {
        return wrap(handle().div(other.handle()));
    }

    /// {@return `this / value`}
    public Tensor div(double value) {
        return wrap(handle().div(new Scalar(value)));
    }

    /// {@return `this + factor · other`}
    public Tensor addScaled(Tensor other, double factor) {
        return wrap(handle().add(other.handle(), new Scalar(factor)));
    }

    /// {@return `this ^ exponent`}
    public Tensor pow(double exponent) {
        return wrap(handle().pow(new Scalar(exponent)));
    }

    /// {@return −this, element by element}
    public Tensor neg() {
        return wrap(handle().neg());
    }

    /// {@return |this|, element by element}
    public Tensor abs() {
        return wrap(handle().abs());
    }

    /// {@return e^this, element by element}
    public Tensor exp() {
        return wrap(handle().exp());
    }

    /// {@return the natural logarithm, element by element}
    public Tensor log() {
        return wrap(handle().log());
    }

    /// {@return √this, element by element}
    public Tensor sqrt() {
        return wrap(handle().sqrt());
    }

    /// {@return 1/√this, element by element}
    public Tensor rsqrt() {
        return wrap(handle().rsqrt());
    }

    /// {@return this², element by element}
    public Tensor square() {
        return wrap(handle().square());
    }

    /// {@return 1/this, element by element}
    public Tensor reciprocal() {
        return wrap(handle().reciprocal());
    }

    /// {@return sin this, element by element}
    public Tensor sin() {
        return wrap(handle().sin());
    }

    /// {@return cos this, element by element}
    public Tensor cos() {
        return wrap(handle().cos());
    }

    /// {@return tanh this, element by element}
    public Tensor tanh() {
        return wrap(handle().tanh());
    }

    /// {@return 1/(1 + e^−this), element by element}
    public Tensor sigmoid() {
        return wrap(handle().sigmoid());
    }

    /// {@return max(this, 0), element by element}
    public Tensor relu() {
        return wrap(handle().relu());
    }

    /// {@return the error function, element by element}
    public Tensor erf() {
        return wrap(handle().erf());
    }

    /// {@return −1, 0 or 1, element by element}
    public Tensor sign() {
        return wrap(handle().sign());
    }

    /// {@return the largest integer not above, element by element}
    public Tensor floor() {
        return wrap(handle().floor());
    }

    /// {@return the nearest integer, halves to even, element by element}
    public Tensor round() {
        return wrap(handle().round());
    }

    /// {@return whether the element is neither infinite nor NaN, element by element}
    public Tensor isFinite() {
        return wrap(handle().isfinite());
    }

    /// {@return the matrix product; leading dimensions are batches}
    public Tensor matmul(Tensor other) {
        return wrap(handle().matmul(other.handle()));
    }

    /// {@return the elements limited to `[low, high]`}
    public Tensor clamp(double low, double high) {
        return wrap(handle().clamp(new ScalarOptional(new Scalar(low)), new ScalarOptional(new Scalar(high))));
    }

    /// {@return the larger of the two, element by element}
    public Tensor maximum(Tensor other) {
        return wrap(handle().maximum(other.handle()));
    }

    /// {@return the smaller of the two, element by element}
    public Tensor minimum(Tensor other) {
        return wrap(handle().minimum(other.handle()));
    }

    // ---- in place, not recorded for gradients ----

    /// Sets `this = this + factor · other`.
    /// @return this tensor
    public Tensor addInPlace(Tensor other, double factor) {
        try (var _ = Gradients.off()) {
            handle().add_(other.handle(), new Scalar(factor));
        }
        return this;
    }

    /// Sets `this = factor · this`.
    /// @return this tensor
    public Tensor mulInPlace(double factor) {
        try (var _ = Gradients.off()) {
            handle().mul_(new Scalar(factor));
        }
        return this;
    }

    /// Sets `this = this · other`.
    /// @return this tensor
    public Tensor mulInPlace(Tensor other) {
        try (var _ = Gradients.off()) {
            handle().mul_(other.handle());
        }
        return this;
    }

    /// Sets `this = this + factor · first · second`.
    /// @return this tensor
    public Tensor addProductInPlace(Tensor first, Tensor second, double factor) {
        try (var _ = Gradients.off()) {
            handle().addcmul_(first.handle(), second.handle(), new Scalar(factor));
        }
        return this;
    }

    /// Sets `this = this + factor · numerator / denominator`.
    /// @return this tensor
    public Tensor addQuotientInPlace(Tensor numerator, Tensor denominator, double factor) {
        try (var _ = Gradients.off()) {
            handle().addcdiv_(numerator.handle(), denominator.handle(), new Scalar(factor));
        }
        return this;
    }

    /// Sets `this = this + weight · (other − this)`.
    /// @return this tensor
    public Tensor lerpInPlace(Tensor other, double weight) {
        try (var _ = Gradients.off()) {
            handle().lerp_(other.handle(), new Scalar(weight));
        }
        return this;
    }

    /// Sets every element.
    /// @return this tensor
    public Tensor fillInPlace(double value) {
        try (var _ = Gradients.off()) {
            handle().fill_(new Scalar(value));
        }
        return this;
    }

    // ---- comparison ----

    /// {@return whether `this = other`, element by element}
    public Tensor eq(Tensor other) {
        return wrap(handle().eq(other.handle()));
    }

    /// {@return whether `this = value`, element by element}
    public Tensor eq(double value) {
        return wrap(handle().eq(new Scalar(value)));
    }

    /// {@return whether `this ≠ other`, element by element}
    public Tensor ne(Tensor other) {
        return wrap(handle().ne(other.handle()));
    }

    /// {@return whether `this ≠ value`, element by element}
    public Tensor ne(double value) {
        return wrap(handle().ne(new Scalar(value)));
    }

    /// {@return whether `this < other`, element by element}
    public Tensor lt(Tensor other) {
        return wrap(handle().lt(other.handle()));
    }

    /// {@return whether `this < value`, element by element}
    public Tensor lt(double value) {
        return wrap(handle().lt(new Scalar(value)));
    }

    /// {@return whether `this ≤ other`, element by element}
    public Tensor le(Tensor other) {
        return wrap(handle().le(other.handle()));
    }

    /// {@return whether `this ≤ value`, element by element}
    public Tensor le(double value) {
        return wrap(handle().le(new Scalar(value)));
    }

    /// {@return whether `this > other`, element by element}
    public Tensor gt(Tensor other) {
        return wrap(handle().gt(other.handle()));
    }

    /// {@return whether `this > value`, element by element}
    public Tensor gt(double value) {
        return wrap(handle().gt(new Scalar(value)));
    }

    /// {@return whether `this ≥ other`, element by element}
    public Tensor ge(Tensor other) {
        return wrap(handle().ge(other.handle()));
    }

    /// {@return whether `this ≥ value`, element by element}
    public Tensor ge(double value) {
        return wrap(handle().ge(new Scalar(value)));
    }

    /// {@return the negation of a boolean tensor}
    public Tensor not() {
        return wrap(handle().logical_not());
    }

    /// {@return whether both are true, element by element}
    public Tensor and(Tensor other) {
        return wrap(handle().logical_and(other.handle()));
    }

    /// {@return whether either is true, element by element}
    public Tensor or(Tensor other) {
        return wrap(handle().logical_or(other.handle()));
    }

    /// {@return a copy with `value` where `mask` is true}
    public Tensor maskedFill(Tensor mask, double value) {
        return wrap(handle().masked_fill(mask.handle(), new Scalar(value)));
    }

    // ---- reductions ----

    /// {@return the sum of all elements}
    public Tensor sum() {
        return wrap(handle().sum());
    }

    /// {@return the sum over one dimension, which goes, or stays with size 1}
    public Tensor sum(int dim, boolean keep) {
        return wrap(handle().sum(new long[] {dim}, keep, new ScalarTypeOptional()));
    }

    /// {@return the mean of all elements}
    public Tensor mean() {
        return wrap(handle().mean());
    }

    /// {@return the mean over one dimension, which goes, or stays with size 1}
    public Tensor mean(int dim, boolean keep) {
        return wrap(handle().mean(new long[] {dim}, keep, new ScalarTypeOptional()));
    }

    /// {@return the largest element}
    public Tensor max() {
        return wrap(handle().max());
    }

    /// {@return the largest elements over one dimension, which goes, or stays with size 1}
    public Tensor max(int dim, boolean keep) {
        return wrap(handle().max(dim, keep).get0());
    }

    /// {@return the smallest element}
    public Tensor min() {
        return wrap(handle().min());
    }

    /// {@return the smallest elements over one dimension, which goes, or stays with size 1}
    public Tensor min(int dim, boolean keep) {
        return wrap(handle().min(dim, keep).get0());
    }

    /// {@return the variance over one dimension, divided by `n − correction`; the dimension goes, or stays with size 1}
    public Tensor var(int dim, double correction, boolean keep) {
        return wrap(handle().var(new long[] {dim}, new ScalarOptional(new Scalar(correction)), keep));
    }

    /// {@return the index of the largest element over one dimension, which goes}
    public Tensor argmax(int dim) {
        return wrap(handle().argmax(new LongOptional(dim), false));
    }

    /// {@return the running sum along a dimension}
    public Tensor cumsum(int dim) {
        return wrap(handle().cumsum(dim));
    }

    /// {@return log Σ e^this over one dimension, which goes, or stays with size 1}
    public Tensor logSumExp(int dim, boolean keep) {
        return wrap(handle().logsumexp(new long[] {dim}, keep));
    }

    /// {@return the Euclidean norm of all elements}
    public Tensor norm() {
        return wrap(handle().norm());
    }

    /// {@return whether every element of a boolean tensor is true}
    public boolean all() {
        return handle().all().item_bool();
    }

    /// {@return whether any element of a boolean tensor is true}
    public boolean any() {
        return handle().any().item_bool();
    }

    /// {@return the `k` largest elements along the last dimension, in falling order, and where they stood}
    public Top top(long k) {
        var pair = handle().topk(k);
        return new Top(wrap(pair.get0()), wrap(pair.get1()));
    }

    /// {@return the elements along `dim` in order, and where they stood; equal elements keep their order}
    public Top sort(int dim, boolean descending) {
        var pair = handle().sort(new BoolOptional(true), dim, descending);
        return new Top(wrap(pair.get0()), wrap(pair.get1()));
    }

    /// {@return e^this / Σ e^this along a dimension}
    public Tensor softmax(int dim) {
        return wrap(handle().softmax(dim));
    }

    /// {@return the logarithm of [#softmax]}
    public Tensor logSoftmax(int dim) {
        return wrap(handle().log_softmax(dim));
    }

    /// Values with the indices they stood at.
    ///
    /// @param values the elements
    /// @param indices for each its index along the dimension, as 64-bit integers
    public record Top(Tensor values, Tensor indices) {}

    static Tensor[] unpack(TensorVector vector) {
        var parts = new Tensor[(int) vector.size()];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = wrap(vector.get(i));
        }
        return parts;
    }

    static TensorOptional optional(@Nullable Tensor tensor) {
        return tensor == null ? new TensorOptional() : new TensorOptional(tensor.handle());
    }

    /// {@return type, shape and place, such as `float32 [2, 3] on cpu`; never the elements}
    @Override
    public String toString() {
        if (handle.isNull()) {
            return "closed tensor";
        }
        return dtype().name().toLowerCase(Locale.ROOT) + " " + Arrays.toString(shape()) + " on " + device();
    }
}
