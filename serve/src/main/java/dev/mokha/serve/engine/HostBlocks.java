package dev.mokha.serve.engine;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Where blocks wait whose sequences lost their place.
final class HostBlocks implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;
    private final long blockBytes;

    HostBlocks(int slots, long blockBytes) {
        this.memory = arena.allocate(slots * blockBytes, 64);
        this.blockBytes = blockBytes;
    }

    MemorySegment slot(int slot) {
        return memory.asSlice(slot * blockBytes, blockBytes);
    }

    @Override
    public void close() {
        arena.close();
    }
}
