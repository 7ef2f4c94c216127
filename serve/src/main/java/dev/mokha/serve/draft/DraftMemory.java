package dev.mokha.serve.draft;

import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.serve.cache.BlockMove;
import dev.mokha.serve.kernel.KeyValueType;
import dev.mokha.serve.model.HostBlocks;
import dev.mokha.serve.model.KeyValueStore;
import dev.mokha.serve.schedule.Slice;
import dev.mokha.serve.schedule.StepPlan;

/// A draft model's keys and values. They lie in blocks of the same numbers as the model's own, and go where
/// those go: to be shared, copied, swapped out and taken away. So no memory has to be given out twice, and a
/// beginning that is shared is shared here too.
///
/// The draft does not compute all that the model computes. How much of a block is filled is known for each
/// block; what is missing is computed when a sequence is drafted for.
final class DraftMemory implements AutoCloseable {
    private static final int PAGE = KeyValueType.PAGE;

    private final KeyValueStore store;
    private final HostBlocks host;
    private final int[] filled;
    private final int[] filledOnHost;

    /// @param blocks as many as the model has
    DraftMemory(DecoderConfig config, KeyValueType type, int blocks, int hostBlocks) {
        this.store = new KeyValueStore(config, type, blocks);
        this.host = new HostBlocks(hostBlocks, store.blockBytes());
        this.filled = new int[blocks];
        this.filledOnHost = new int[hostBlocks];
    }

    KeyValueStore store() {
        return store;
    }

    void move(BlockMove move) {
        switch (move) {
            case BlockMove.Copy(int from, int to) -> {
                store.copy(from, to);
                filled[to] = filled[from];
            }
            case BlockMove.SwapOut(int block, int slot) -> {
                host.slot(slot).copyFrom(store.block(block));
                filledOnHost[slot] = filled[block];
            }
            case BlockMove.SwapIn(int slot, int block) -> {
                store.block(block).copyFrom(host.slot(slot));
                filled[block] = filledOnHost[slot];
            }
        }
    }

    /// What the model is about to write anew is not filled here.
    void begin(StepPlan plan) {
        for (Slice slice : plan.slices()) {
            int[] table = slice.sequence().table().toArray();
            int first = slice.from() / PAGE;
            for (int i = first; i < table.length; i++) { // a window lets go of earlier ones only
                filled[table[i]] = i == first ? Math.min(filled[table[i]], slice.from() % PAGE) : 0;
            }
        }
    }

    /// {@return the first position of a sequence that is not filled; `length` where all are}
    int missing(int[] table, int length) {
        for (int i = 0; i * PAGE < length; i++) {
            if (table[i] >= 0 && filled[table[i]] < Math.min(PAGE, length - i * PAGE)) {
                return i * PAGE + filled[table[i]];
            }
        }
        return length;
    }

    /// Everything before a position is filled now.
    ///
    /// @param from what was filled before
    void fill(int[] table, int from, int to) {
        for (int i = from / PAGE; i * PAGE < to; i++) {
            if (table[i] >= 0) {
                filled[table[i]] = Math.min(PAGE, to - i * PAGE);
            }
        }
    }

    @Override
    public void close() {
        store.close();
        host.close();
    }
}
