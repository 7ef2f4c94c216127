package dev.mokha.tensor;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/// Makes tensors: from Java arrays, from constants, from other tensors. What has no device argument is on the
/// processor; a one-dimensional array takes any shape with as many elements.
public final class Tensors {
    static {
        Engine.start();
    }

    private Tensors() {}

    /// {@return a float32 tensor with these elements}
    /// @throws IllegalArgumentException when the shape has another number of elements
    public static Tensor of(float[] values, long... shape) {
        return filled(DType.FLOAT32, MemorySegment.ofArray(values), values.length, shape);
    }

    /// {@return a float64 tensor with these elements}
    /// @throws IllegalArgumentException when the shape has another number of elements
    public static Tensor of(double[] values, long... shape) {
        return filled(DType.FLOAT64, MemorySegment.ofArray(values), values.length, shape);
    }

    /// {@return a 64-bit integer tensor with these elements}
    /// @throws IllegalArgumentException when the shape has another number of elements
    public static Tensor of(long[] values, long... shape) {
        return filled(DType.INT64, MemorySegment.ofArray(values), values.length, shape);
    }

    /// {@return a 64-bit integer tensor with these elements}
    /// @throws IllegalArgumentException when the shape has another number of elements
    public static Tensor of(int[] values, long... shape) {
        long[] wide = new long[values.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = values[i];
        }
        return of(wide, shape);
    }

    /// {@return a boolean tensor with these elements}
    /// @throws IllegalArgumentException when the shape has another number of elements
    public static Tensor of(boolean[] values, long... shape) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = values[i] ? (byte) 1 : 0;
        }
        return filled(DType.BOOL, MemorySegment.ofArray(bytes), values.length, shape);
    }

    /// {@return a tensor of one element and no dimension}
    public static Tensor scalar(double value, DType dtype) {
        return full(value, dtype, Device.CPU);
    }

    /// {@return a tensor whose elements have not been set}
    public static Tensor empty(DType dtype, Device device, long... shape) {
        return Tensor.wrap(torch.empty(shape, options(dtype, device), null));
    }

    /// {@return a tensor of zeros}
    public static Tensor zeros(DType dtype, Device device, long... shape) {
        return Tensor.wrap(torch.zeros(shape, options(dtype, device)));
    }

    /// {@return zeros in the processor's memory, where a device reads and writes it fastest: page-locked
    /// for a GPU}
    public static Tensor host(DType dtype, Device device, long... shape) {
        TensorOptions options = options(dtype, Device.CPU);
        if (device.kind() == Device.Kind.CUDA) {
            options = options.pinned_memory(new BoolOptional(true));
        }
        return Tensor.wrap(torch.zeros(shape, options));
    }

    /// {@return a float32 tensor of zeros}
    public static Tensor zeros(long... shape) {
        return zeros(DType.FLOAT32, Device.CPU, shape);
    }

    /// {@return a float32 tensor of ones}
    public static Tensor ones(long... shape) {
        return full(1, DType.FLOAT32, Device.CPU, shape);
    }

    /// {@return a tensor whose elements all have one value}
    public static Tensor full(double value, DType dtype, Device device, long... shape) {
        return Tensor.wrap(torch.full(shape, new Scalar(value), options(dtype, device)));
    }

    /// {@return zeros of the shape, type and place of another tensor}
    public static Tensor zerosLike(Tensor other) {
        return Tensor.wrap(torch.zeros_like(other.handle()));
    }

    /// {@return the 64-bit integers from `start` to before `end`}
    public static Tensor range(long start, long end, Device device) {
        return Tensor.wrap(torch.arange(new Scalar(start), new Scalar(end), options(DType.INT64, device)));
    }

    /// {@return the tensors joined along a dimension they all have}
    public static Tensor cat(List<Tensor> tensors, int dim) {
        return Tensor.wrap(torch.cat(vector(tensors), dim));
    }

    /// {@return the tensors, of one shape, joined along a new dimension}
    public static Tensor stack(List<Tensor> tensors, int dim) {
        return Tensor.wrap(torch.stack(vector(tensors), dim));
    }

    /// {@return `yes` where `condition` is true, `no` elsewhere}
    public static Tensor where(Tensor condition, Tensor yes, Tensor no) {
        return Tensor.wrap(torch.where(condition.handle(), yes.handle(), no.handle()));
    }

    static TensorVector vector(List<Tensor> tensors) {
        var handles = new org.bytedeco.pytorch.Tensor[tensors.size()];
        for (int i = 0; i < handles.length; i++) {
            handles[i] = tensors.get(i).handle();
        }
        return new TensorVector(handles);
    }

    static TensorOptions options(DType dtype, Device device) {
        return new TensorOptions(dtype.torch()).device(new DeviceOptional(device.torch()));
    }

    private static Tensor filled(DType dtype, MemorySegment values, int count, long[] shape) {
        long wanted = 1;
        for (long size : shape) {
            if (size < 0) {
                throw new IllegalArgumentException("shape " + Arrays.toString(shape) + " has a negative size");
            }
            wanted *= size;
        }
        if (wanted != count) {
            throw new IllegalArgumentException(
                    "shape " + Arrays.toString(shape) + " has " + wanted + " elements, the array " + count);
        }
        Tensor tensor = empty(dtype, Device.CPU, shape);
        if (count > 0) {
            tensor.bytes().copyFrom(values);
        }
        return tensor;
    }
}
