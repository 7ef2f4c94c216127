package dev.mokha.text.train;

import java.util.Arrays;

/// Every pair of neighbouring pieces ever seen, with its present count and the cells where it may stand.
///
/// A pair is named by its row. Cells are added when a pair appears there and never taken out: whoever reads them
/// checks that the pair is still there.
final class PairTable {
    private static final int[] NO_CELLS = {};

    private long[] keys = new long[1 << 10]; // left << 32 | right
    private long[] counts = new long[1 << 10];
    private int[][] cells = new int[1 << 10][];
    private int[] cellCounts = new int[1 << 10];
    private boolean[] unsorted = new boolean[1 << 10];
    private int size;
    private int[] slots = new int[1 << 12]; // row + 1; 0 is empty

    int size() {
        return size;
    }

    long key(int row) {
        return keys[row];
    }

    long count(int row) {
        return counts[row];
    }

    int left(int row) {
        return (int) (keys[row] >>> 32);
    }

    int right(int row) {
        return (int) keys[row];
    }

    /// {@return the row of the pair after adding `count` and the cell where its left piece begins}
    int add(int left, int right, long count, int cell) {
        int row = row(left, right);
        counts[row] += count;
        int used = cellCounts[row];
        if (used > 0) {
            int last = cells[row][used - 1];
            if (last == cell) {
                return row;
            }
            unsorted[row] |= last > cell;
        }
        if (used == cells[row].length) {
            cells[row] = used == 0 ? new int[2] : Arrays.copyOf(cells[row], used * 2);
        }
        cells[row][used] = cell;
        cellCounts[row] = used + 1;
        return row;
    }

    /// Takes `count` from a pair; pairs that were never added (pieces too long to join) are passed over.
    void subtract(int left, int right, long count) {
        int slot = find(key(left, right));
        if (slots[slot] != 0) {
            counts[slots[slot] - 1] -= count;
        }
    }

    /// {@return the cells of a pair in ascending order, some perhaps stale; they are forgotten here}
    int[] takeCells(int row) {
        int[] taken = Arrays.copyOf(cells[row], cellCounts[row]);
        if (unsorted[row]) {
            Arrays.sort(taken);
            unsorted[row] = false;
        }
        cells[row] = NO_CELLS;
        cellCounts[row] = 0;
        return taken;
    }

    private int row(int left, int right) {
        long key = key(left, right);
        int slot = find(key);
        if (slots[slot] != 0) {
            return slots[slot] - 1;
        }
        if (size == keys.length) {
            grow();
        }
        keys[size] = key;
        cells[size] = NO_CELLS;
        slots[slot] = ++size;
        if (size * 2 > slots.length) {
            rehash();
        }
        return size - 1;
    }

    private static long key(int left, int right) {
        return (long) left << 32 | right;
    }

    /// {@return the slot that holds the key, or the empty one where it belongs}
    private int find(long key) {
        int mask = slots.length - 1;
        long hash = key * 0x9E3779B97F4A7C15L;
        int slot = (int) (hash >>> 33) & mask;
        while (slots[slot] != 0 && keys[slots[slot] - 1] != key) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void grow() {
        int length = size * 2;
        keys = Arrays.copyOf(keys, length);
        counts = Arrays.copyOf(counts, length);
        cells = Arrays.copyOf(cells, length);
        cellCounts = Arrays.copyOf(cellCounts, length);
        unsorted = Arrays.copyOf(unsorted, length);
    }

    private void rehash() {
        slots = new int[slots.length * 2];
        for (int row = 0; row < size; row++) {
            slots[find(keys[row])] = row + 1;
        }
    }
}
