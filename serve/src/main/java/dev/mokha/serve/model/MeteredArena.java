package dev.mokha.serve.model;

import dev.mokha.serve.kernel.LargePages;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// An arena for any thread that knows how much it has given away; what is large lies in [LargePages].
final class MeteredArena implements Arena {
    private final Arena arena = Arena.ofShared();
    private long bytes;

    @Override
    public MemorySegment allocate(long size, long alignment) {
        MemorySegment segment = LargePages.allocate(size, alignment, arena);
        bytes += size;
        return segment;
    }

    @Override
    public MemorySegment.Scope scope() {
        return arena.scope();
    }

    /// {@return bytes that were given away}
    long bytes() {
        return bytes;
    }

    @Override
    public void close() {
        arena.close();
    }
}
