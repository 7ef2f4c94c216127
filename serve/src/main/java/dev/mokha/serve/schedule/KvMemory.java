package dev.mokha.serve.schedule;

import dev.mokha.serve.cache.BlockMove;
import dev.mokha.serve.cache.BlockPool;
import dev.mokha.serve.cache.BlockTable;
import dev.mokha.serve.cache.HostSlots;
import dev.mokha.serve.cache.PrefixKey;
import dev.mokha.serve.cache.PrefixLookup;
import dev.mokha.serve.cache.Window;
import java.util.List;

/// Sequences' memory: given, shared, taken away, brought back.
final class KvMemory {
    private final MemoryOptions options;
    private final BlockPool pool;
    private final HostSlots host;
    private final PrefixLookup lookup;
    private final int watermark;

    KvMemory(MemoryOptions options) {
        this.options = options;
        this.pool = new BlockPool(options.blocks(), options.blockSize());
        this.host = new HostSlots(options.hostSlots());
        this.lookup = new PrefixLookup(pool, options.window());
        this.watermark = (int) Math.ceil(options.blocks() * options.watermark());
    }

    BlockPool pool() {
        return pool;
    }

    HostSlots host() {
        return host;
    }

    /// {@return a job's first sequence}
    Sequence begin(LiveJob live) {
        Prompt prompt = live.job().prompt();
        String salt = options.sharing()
                ? prompt.salt()
                : prompt.salt() + "\0" + live.job().id();
        return new Sequence(live, pool, PrefixKey.root(prompt.adapter(), salt));
    }

    /// {@return whether others take over what is computed for a sequence: in any case its own branches, which
    /// had it from one another when they parted}
    boolean shares(Sequence sequence) {
        return options.sharing() || sequence.job().samples() > 1;
    }

    Reservation reservation() {
        return options.reservation();
    }

    int watermark() {
        return watermark;
    }

    /// Blocks that a sequence of so many positions holds at most at a time, which computes `chunk` of
    /// them at once.
    int blocksFor(int positions, int chunk) {
        Window window = options.window();
        if (window.positions() >= positions) {
            return pool.blocksFor(positions);
        }
        long seen = (long) window.positions() + window.sinks() + chunk + 2L * pool.blockSize();
        return pool.blocksFor((int) Math.min(positions, seen));
    }

    /// What of a sequence that holds nothing is there already.
    int[] match(Sequence sequence) {
        return shares(sequence) ? lookup.longest(sequence.keys(), sequence.tokens(), sequence.length()) : new int[0];
    }

    /// How many free blocks a match would take out of the line.
    int waiting(int[] match) {
        int waiting = 0;
        for (int block : match) {
            waiting += block != BlockPool.NONE && pool.users(block) == 0 ? 1 : 0;
        }
        return waiting;
    }

    /// Begins with blocks that were computed by others.
    void adopt(Sequence sequence, int[] match) {
        for (int block : match) {
            sequence.table().adopt(block);
        }
        advance(sequence, match.length * pool.blockSize());
    }

    /// Takes over what others computed since of what comes next. {@return whether there was anything}
    boolean adoptMore(Sequence sequence) {
        boolean any = false;
        for (int index = sharedNext(sequence); index >= 0; index = sharedNext(sequence)) {
            int block = pool.find(sequence.keys().key(index, sequence.tokens()));
            if (block == BlockPool.NONE) {
                return any;
            }
            sequence.table().adopt(block);
            advance(sequence, sequence.computed() + pool.blockSize());
            any = true;
        }
        return any;
    }

    /// The block that could come from others next, or -1 where none can.
    int sharedNext(Sequence sequence) {
        int size = pool.blockSize();
        int next = sequence.computed() / size;
        boolean atBorder = sequence.computed() % size == 0;
        return shares(sequence) && atBorder && (next + 1L) * size < sequence.length() ? next : -1;
    }

    private static void advance(Sequence sequence, int computed) {
        sequence.computed(computed);
        sequence.published(sequence.table().size());
        sequence.live().spare(Math.min(computed, sequence.job().prompt().length()));
    }

    boolean fits(Sequence sequence, int count) {
        return sequence.table().needs(count) <= pool.free();
    }

    /// How many positions a sequence could compute with the blocks that are free.
    int room(Sequence sequence) {
        BlockTable table = sequence.table();
        int size = pool.blockSize();
        int copied = table.needs(1) - (pool.blocksFor(table.length() + 1) - table.size());
        long blocks = (long) table.size() + pool.free() - copied;
        return copied > pool.free() ? 0 : (int) Math.min(Integer.MAX_VALUE, blocks * size - table.length());
    }

    void grow(Sequence sequence, int count, List<BlockMove> moves) {
        sequence.table().append(count).ifPresent(moves::add);
    }

    /// Takes a sequence's memory away. {@return whether it was copied to the host}
    boolean suspend(Sequence sequence, List<BlockMove> moves) {
        BlockTable table = sequence.table();
        boolean swapped = table.held() > 0 && host.free() >= table.held();
        if (swapped) {
            int[] blocks = table.toArray();
            for (int index = 0; index < blocks.length; index++) {
                if (blocks[index] != BlockPool.NONE) {
                    int slot = host.take();
                    moves.add(new BlockMove.SwapOut(blocks[index], slot));
                    blocks[index] = slot;
                }
            }
            sequence.slots(blocks);
        } else {
            sequence.computed(0);
            sequence.published(0);
        }
        table.release();
        return swapped;
    }

    boolean isSwapped(Sequence sequence) {
        return sequence.slots().length > 0;
    }

    /// How many free blocks it takes to bring a sequence back that was copied to the host.
    int resumes(Sequence sequence) {
        int blocks = 0;
        for (int index = 0; index < sequence.slots().length; index++) {
            if (sequence.slots()[index] != BlockPool.NONE) {
                int found = findPublished(sequence, index);
                blocks += found == BlockPool.NONE || pool.users(found) == 0 ? 1 : 0;
            }
        }
        return blocks;
    }

    private int findPublished(Sequence sequence, int index) {
        return shares(sequence) && index < sequence.published()
                ? pool.find(sequence.keys().key(index, sequence.tokens()))
                : BlockPool.NONE;
    }

    /// Brings a sequence back that was copied to the host; what is still in the pool is shared, not copied.
    ///
    /// For as many free blocks as [#resumes] says.
    void resume(Sequence sequence, List<BlockMove> moves) {
        BlockTable table = sequence.table();
        int[] slots = sequence.slots();
        for (int index = 0; index < slots.length; index++) {
            int slot = slots[index];
            if (slot == BlockPool.NONE) {
                table.adopt(BlockPool.NONE);
                continue;
            }
            int found = findPublished(sequence, index);
            if (found != BlockPool.NONE) {
                table.adopt(found);
            } else {
                table.append(Math.min(pool.blockSize(), sequence.computed() - table.length()));
                moves.add(new BlockMove.SwapIn(slot, table.block(index)));
            }
            host.giveBack(slot);
        }
        // What is not published under its key any more may be again.
        sequence.published(0);
        publish(sequence);
        sequence.slots(new int[0]);
    }

    /// After a step: what is in the cache for good is shared, what is not seen any more is given back.
    void settle(Sequence sequence, int computed) {
        sequence.computed(computed);
        sequence.table().truncate(computed);
        publish(sequence);
        if (options.window().positions() < computed) {
            sequence.table().slide(options.window(), computed);
        }
    }

    private void publish(Sequence sequence) {
        if (shares(sequence)) {
            int full = sequence.computed() / pool.blockSize();
            for (int index = sequence.published(); index < full; index++) {
                sequence.table().publish(index, sequence.keys().key(index, sequence.tokens()));
            }
            sequence.published(full);
        }
    }

    void release(Sequence sequence) {
        sequence.table().release();
        for (int slot : sequence.slots()) {
            if (slot != BlockPool.NONE) {
                host.giveBack(slot);
            }
        }
        sequence.slots(new int[0]);
    }
}
