package dev.mokha.serve.cache;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The blocks of a paged cache ([Kwon et al. 2023, §4](https://arxiv.org/abs/2309.06180)), counted: each has
/// so many users, and those without any wait in line to be used anew.
///
/// A block whose content was published keeps it while it waits, and is found by its key until its turn comes.
/// Blocks that hold nothing come first in the line, then published ones, the longest unused first. Whoever
/// releases a chain releases its tail first ([BlockTable] does), so tails are evicted before what they hang
/// on.
///
/// Every operation takes constant time. Not for several threads.
public final class BlockPool {
    /// Stands for no block.
    public static final int NONE = -1;

    private final int blockSize;
    private final int[] users;
    private final @Nullable PrefixKey[] keys;
    private final Map<PrefixKey, Integer> published = new HashMap<>();

    /// The line of free blocks, both ways; entry `blocks()` is its head and end.
    private final int[] next;

    private final int[] previous;
    private int free;
    private long evictions;

    /// @param blocks how many there are
    /// @param blockSize positions in each
    public BlockPool(int blocks, int blockSize) {
        if (blocks < 1 || blockSize < 1) {
            throw new IllegalArgumentException(
                    "a pool has at least one block of one position, not " + blocks + " of " + blockSize);
        }
        this.blockSize = blockSize;
        this.users = new int[blocks];
        this.keys = new PrefixKey[blocks];
        this.next = new int[blocks + 1];
        this.previous = new int[blocks + 1];
        this.free = blocks;
        for (int entry = 0; entry <= blocks; entry++) {
            next[entry] = entry == blocks ? 0 : entry + 1;
            previous[entry] = entry == 0 ? blocks : entry - 1;
        }
    }

    /// {@return how many blocks there are}
    public int blocks() {
        return users.length;
    }

    /// {@return positions in a block}
    public int blockSize() {
        return blockSize;
    }

    /// {@return blocks without a user: so many can be allocated}
    public int free() {
        return free;
    }

    /// {@return blocks with users}
    public int used() {
        return users.length - free;
    }

    /// {@return blocks that a key finds}
    public int cached() {
        return published.size();
    }

    /// {@return how often a published block was given away for something else}
    public long evictions() {
        return evictions;
    }

    /// {@return how many blocks hold so many positions}
    public int blocksFor(int positions) {
        return Math.ceilDiv(positions, blockSize);
    }

    /// {@return how many use the block}
    public int users(int block) {
        return users[block];
    }

    /// {@return whether a key finds the block}
    public boolean isPublished(int block) {
        return keys[block] != null;
    }

    /// {@return a block with one user and no content, which nobody else holds}
    ///
    /// @throws IllegalStateException when all are in use
    public int allocate() {
        int block = next[users.length];
        if (block == users.length) {
            throw new IllegalStateException("all " + users.length + " blocks are in use; ask free() before");
        }
        @Nullable PrefixKey key = keys[block];
        if (key != null) {
            forget(block, key);
            evictions++;
        }
        unlink(block);
        users[block] = 1;
        return block;
    }

    /// One user more, of a block in use or of a published one that waits.
    public void retain(int block) {
        if (users[block] == 0) {
            if (keys[block] == null) {
                throw new IllegalStateException("block " + block + " is free and holds nothing; allocate one");
            }
            unlink(block);
        }
        users[block]++;
    }

    /// One user less; without any, the block waits.
    public void release(int block) {
        if (users[block] == 0) {
            throw new IllegalStateException("block " + block + " is free already");
        }
        if (--users[block] == 0) {
            if (keys[block] == null) {
                link(block, users.length, next[users.length]);
            } else {
                link(block, previous[users.length], users.length);
            }
        }
    }

    /// {@return the block that a key finds, or [#NONE]}
    public int find(PrefixKey key) {
        return published.getOrDefault(key, NONE);
    }

    /// Makes a block in use findable.
    ///
    /// @return the block that the key finds from now on: this one, or one that was published with it before
    public int publish(int block, PrefixKey key) {
        if (users[block] == 0) {
            throw new IllegalStateException("block " + block + " is free: nothing in it to publish");
        }
        if (keys[block] != null && !key.equals(keys[block])) {
            throw new IllegalStateException("block " + block + " is published with another key");
        }
        @Nullable Integer first = published.putIfAbsent(key, block);
        if (first != null) {
            return first;
        }
        keys[block] = key;
        return block;
    }

    /// Makes every published block unfindable, such as when the weights were changed.
    public void forgetAll() {
        for (int block = 0; block < users.length; block++) {
            @Nullable PrefixKey key = keys[block];
            if (key != null) {
                forget(block, key);
                if (users[block] == 0) {
                    unlink(block);
                    link(block, users.length, next[users.length]);
                }
            }
        }
    }

    private void forget(int block, PrefixKey key) {
        published.remove(key);
        keys[block] = null;
    }

    private void link(int block, int before, int after) {
        next[before] = block;
        previous[block] = before;
        next[block] = after;
        previous[after] = block;
        free++;
    }

    private void unlink(int block) {
        next[previous[block]] = next[block];
        previous[next[block]] = previous[block];
        free--;
    }

    @Override
    public String toString() {
        return "BlockPool[" + used() + " of " + users.length + " in use, " + cached() + " cached, users="
                + Arrays.stream(users).sum() + "]";
    }
}
