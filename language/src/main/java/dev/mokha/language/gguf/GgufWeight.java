package dev.mokha.language.gguf;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.stream.IntStream;

/// A checkpoint's parameter as a GGUF file stores it.
///
/// @param name as the checkpoint calls it, such as `model.layers.0.self_attn.q_proj.weight`
/// @param tensor how the file stores it; its shape is the checkpoint's
/// @param order which stored row is which
/// @param bytes all rows, as stored; valid until the file is closed
public record GgufWeight(String name, GgufTensor tensor, RowOrder order, MemorySegment bytes) {
    /// {@return how the numbers are stored}
    public GgufType type() {
        return tensor.type();
    }

    /// {@return how many rows there are; a vector's elements are rows of one}
    public long rows() {
        return tensor.shape().getFirst();
    }

    /// {@return how many numbers a row has}
    public long columns() {
        return tensor.count() / rows();
    }

    /// {@return how many bytes a row takes}
    /// @throws IllegalStateException of a quantised vector, whose blocks are no rows
    public long rowBytes() {
        if (columns() % type().block() != 0) {
            throw new IllegalStateException(name + " has rows of " + columns() + ", which are no blocks of " + type());
        }
        return type().bytes(columns());
    }

    /// {@return the stored bytes of a row of the checkpoint}
    public MemorySegment row(long row) {
        long size = rowBytes();
        return bytes.asSlice(order.stored(row) * size, size);
    }

    /// The numbers of some rows of the checkpoint, on all processors.
    ///
    /// @return `[count, columns]`
    public float[] floats(long from, int count) {
        int columns = Math.toIntExact(columns());
        float[] floats = new float[Math.multiplyExact(count, columns)];
        IntStream.range(0, count).parallel().forEach(i -> {
            float[] row = new float[columns];
            Blocks.read(type(), row(from + i), 0, row);
            System.arraycopy(row, 0, floats, i * columns, columns);
        });
        return floats;
    }

    /// {@return the sizes as the array that tensors take}
    long[] sizes() {
        return tensor.shape().stream().mapToLong(Long::longValue).toArray();
    }

    @Override
    public String toString() {
        return name + " " + type() + " " + Arrays.toString(sizes());
    }
}
