package dev.mokha.serve.model;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Memory outside the heap that is made anew, empty, when more is wanted than it has.
final class GrowingBuffer implements AutoCloseable {
    private Arena arena = Arena.ofShared();
    private MemorySegment memory = MemorySegment.NULL;

    /// {@return at least so many bytes; what was in them is not kept when there were fewer}
    @SuppressWarnings("MustBeClosedChecker") // closed by the next call or by close()
    MemorySegment atLeast(long bytes) {
        if (memory.byteSize() < bytes) {
            arena.close();
            arena = Arena.ofShared();
            memory = arena.allocate(Math.max(bytes, 4096), 64);
        }
        return memory;
    }

    @Override
    public void close() {
        arena.close();
    }
}
