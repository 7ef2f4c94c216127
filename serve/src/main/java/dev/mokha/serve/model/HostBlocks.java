package dev.mokha.serve.model;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Where blocks wait whose sequences lost their place.
public final class HostBlocks implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;
    private final long blockBytes;

    /// @param slots how many blocks
    public HostBlocks(int slots, long blockBytes) {
        this.memory = arena.allocate(slots * blockBytes, 64);
        this.blockBytes = blockBytes;
    }

    /// {@return a block's memory}
    public MemorySegment slot(int slot) {
        return memory.asSlice(slot * blockBytes, blockBytes);
    }

    @Override
    public void close() {
        arena.close();
    }
}
