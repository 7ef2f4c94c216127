package dev.mokha.serve.cache;

import java.util.Arrays;
import java.util.Optional;

/// The blocks of one sequence, in the order of its positions: position `p` is in slot `p mod B` of block
/// `table[p / B]`. Of several tables that share a block none writes to it: who must gets a copy.
public final class BlockTable {
    private final BlockPool pool;
    private int[] blocks = new int[8];
    private int size;
    private int held;
    private int length;

    /// An empty table.
    public BlockTable(BlockPool pool) {
        this.pool = pool;
    }

    /// {@return positions that have memory}
    public int length() {
        return length;
    }

    /// {@return blocks, those released by a window counted}
    public int size() {
        return size;
    }

    /// {@return blocks in memory}
    public int held() {
        return held;
    }

    /// {@return the block at an index, or [BlockPool#NONE] where a window released it}
    public int block(int index) {
        return blocks[requireIndex(index)];
    }

    /// {@return all blocks, [BlockPool#NONE] where a window released one}
    public int[] toArray() {
        return Arrays.copyOf(blocks, size);
    }

    /// {@return how many blocks [#append] would allocate}
    public int needs(int positions) {
        int fresh = pool.blocksFor(length + positions) - size;
        return positions > 0 && mustCopy() ? fresh + 1 : fresh;
    }

    /// Gives memory to more positions.
    ///
    /// @return the copy that must be made before anything is written, where the last block is not
    ///     this table's alone
    /// @throws IllegalStateException when the pool has fewer free blocks than [#needs] says; nothing
    ///     is changed then
    public Optional<BlockMove.Copy> append(int positions) {
        int needs = needs(positions);
        if (needs > pool.free()) {
            throw new IllegalStateException(
                    positions + " positions need " + needs + " blocks, and " + pool.free() + " are free");
        }
        Optional<BlockMove.Copy> copy = Optional.empty();
        if (positions > 0 && mustCopy()) {
            int shared = blocks[size - 1];
            int own = pool.allocate();
            blocks[size - 1] = own;
            pool.release(shared);
            copy = Optional.of(new BlockMove.Copy(shared, own));
        }
        length += positions;
        while (size < pool.blocksFor(length)) {
            add(pool.allocate());
        }
        return copy;
    }

    /// Takes a block that holds the next positions already, as one user more.
    ///
    /// @param block of the pool, or [BlockPool#NONE] for one that no window shows any more
    public void adopt(int block) {
        requireFull("a block is adopted");
        if (block != BlockPool.NONE) {
            pool.retain(block);
        }
        add(block);
        length += pool.blockSize();
    }

    /// {@return a table of the same blocks}
    public BlockTable fork() {
        var fork = new BlockTable(pool);
        fork.blocks = blocks.clone();
        fork.size = size;
        fork.held = held;
        fork.length = length;
        for (int index = 0; index < size; index++) {
            if (blocks[index] != BlockPool.NONE) {
                pool.retain(blocks[index]);
            }
        }
        return fork;
    }

    /// Takes the memory of the positions from `length` on away, such as that of drafts which were rejected.
    public void truncate(int length) {
        if (length < 0 || length > this.length) {
            throw new IllegalArgumentException("0 to " + this.length + " positions can stay, not " + length);
        }
        this.length = length;
        while (size > pool.blocksFor(length)) {
            size--;
            drop(size);
        }
    }

    /// Takes the blocks away that no position from `next` on sees.
    public void slide(Window window, int next) {
        for (int index = 0; index < size; index++) {
            if (blocks[index] != BlockPool.NONE && !window.sees(index, pool.blockSize(), next)) {
                drop(index);
                blocks[index] = BlockPool.NONE;
            }
        }
    }

    /// Makes a full block findable. Where another holds the same already, this table shares that one from
    /// now on.
    public void publish(int index, PrefixKey key) {
        int block = blocks[requireIndex(index)];
        if (block == BlockPool.NONE || pool.isPublished(block)) {
            return;
        }
        int found = pool.publish(block, key);
        if (found != block) {
            pool.retain(found);
            blocks[index] = found;
            pool.release(block);
        }
    }

    /// Takes all away, the last block first: what hangs on others is evicted before them.
    public void release() {
        truncate(0);
    }

    /// Whether writing behind the last position would be seen by others.
    private boolean mustCopy() {
        if (length % pool.blockSize() == 0) {
            return false;
        }
        int last = blocks[size - 1];
        return pool.users(last) > 1 || pool.isPublished(last);
    }

    private void add(int block) {
        if (size == blocks.length) {
            blocks = Arrays.copyOf(blocks, 2 * size);
        }
        blocks[size++] = block;
        held += block == BlockPool.NONE ? 0 : 1;
    }

    private void drop(int index) {
        if (blocks[index] != BlockPool.NONE) {
            pool.release(blocks[index]);
            held--;
        }
    }

    private void requireFull(String what) {
        if (length % pool.blockSize() != 0) {
            throw new IllegalStateException(what + " behind full blocks, not behind position " + length);
        }
    }

    private int requireIndex(int index) {
        if (index < 0 || index >= size) {
            throw new IndexOutOfBoundsException("the table has " + size + " blocks, none at " + index);
        }
        return index;
    }

    @Override
    public String toString() {
        return length + " positions in " + Arrays.toString(toArray());
    }
}
