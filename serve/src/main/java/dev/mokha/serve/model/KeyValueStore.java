package dev.mokha.serve.model;

import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.serve.kernel.KeyValueType;
import dev.mokha.serve.kernel.LargePages;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The memory of all sequences' keys and values: blocks of 16 positions, each with all layers and heads.
/// Which block belongs to whom is told by [dev.mokha.serve.cache].
///
/// Kwon et al. 2023, [PagedAttention](https://arxiv.org/abs/2309.06180), §4.
public final class KeyValueStore implements AutoCloseable {
    private final KeyValueType type;
    private final int blocks;
    private final int spare;
    private final long headBytes;
    private final long layerBytes;
    private final long blockBytes;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;

    /// @param blocks how many
    public KeyValueStore(DecoderConfig config, KeyValueType type, int blocks) {
        this(config, type, blocks, 0);
    }

    /// @param blocks how many
    /// @param spare blocks behind them, which belong to nobody for longer than a step
    public KeyValueStore(DecoderConfig config, KeyValueType type, int blocks, int spare) {
        if (config.headDim() % type.granularity() != 0) {
            throw new IllegalArgumentException(
                    "keys and values in " + type + " need heads whose width is a multiple of " + type.granularity()
                            + "; head_dim is " + config.headDim());
        }
        if (config.headDim() > KeyValueType.WIDEST) {
            throw new IllegalArgumentException(
                    "heads are at most " + KeyValueType.WIDEST + " wide here; head_dim is " + config.headDim());
        }
        this.type = type;
        this.blocks = blocks;
        this.spare = spare;
        this.headBytes = 2L * type.pageBytes(config.headDim());
        this.layerBytes = headBytes * config.numKeyValueHeads();
        this.blockBytes = blockBytes(config, type);
        this.memory = LargePages.allocate((blocks + spare) * blockBytes, 4096, arena);
    }

    /// {@return the bytes of one block: `16 · 2 · layers · key heads · headDim` numbers, and their scales}
    public static long blockBytes(DecoderConfig config, KeyValueType type) {
        return 2L * type.pageBytes(config.headDim()) * config.numKeyValueHeads() * config.numHiddenLayers();
    }

    /// {@return how numbers are kept}
    public KeyValueType type() {
        return type;
    }

    /// {@return how many blocks there are}
    public int blocks() {
        return blocks;
    }

    /// {@return how many spare blocks lie behind them}
    public int spare() {
        return spare;
    }

    /// {@return the bytes from a block to the next}
    public long blockBytes() {
        return blockBytes;
    }

    /// {@return the bytes from a head's pages to the next head's}
    long headBytes() {
        return headBytes;
    }

    /// {@return all blocks, from a layer's first head on}
    MemorySegment layer(int layer) {
        return memory.asSlice(layer * layerBytes);
    }

    /// {@return the pages of a head in a block}
    MemorySegment page(int block, int layer, int head) {
        return memory.asSlice(block * blockBytes + layer * layerBytes + head * headBytes, headBytes);
    }

    /// Copies a block, as before a write to one that others share.
    public void copy(int from, int to) {
        block(to).copyFrom(block(from));
    }

    /// {@return the memory of a block, as to swap it out or in}
    public MemorySegment block(int block) {
        return memory.asSlice(block * blockBytes, blockBytes);
    }

    /// Releases the memory.
    @Override
    public void close() {
        arena.close();
    }
}
