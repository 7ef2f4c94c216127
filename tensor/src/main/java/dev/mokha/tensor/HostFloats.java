package dev.mokha.tensor;

import java.lang.foreign.MemorySegment;

/// Memory of the processor to which a device's numbers come down as float32, one copy after the other. It grows
/// to the largest of them; of a GPU it is page-locked, which copies faster.
///
/// Waiting for the copy waits for all work before it: the one place where a step of a server does so.
public final class HostFloats implements AutoCloseable {
    private final Device device;
    private Tensor memory;

    /// @param device where the numbers come from
    public HostFloats(Device device) {
        this.device = device;
        this.memory = room(1);
    }

    private Tensor room(long count) {
        try (var _ = Scope.open("host memory")) {
            return Tensors.host(DType.FLOAT32, device, count).retain();
        }
    }

    /// Brings a tensor's elements down, in order.
    ///
    /// @return `4 · count` bytes, until the next call
    public MemorySegment take(Tensor tensor) {
        long count = tensor.count();
        if (count == 0) {
            return MemorySegment.NULL;
        }
        if (memory.count() < count) {
            memory.close();
            memory = room(count + count / 2);
        }
        try (var _ = Scope.open("host memory")) {
            Tensor part = memory.narrow(0, 0, count);
            part.copyInPlace(tensor.to(DType.FLOAT32).flatten(0));
            return part.bytes();
        }
    }

    @Override
    public void close() {
        memory.close();
    }
}
