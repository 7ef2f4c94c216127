package dev.mokha.text.tokenizer.model;

import java.util.Arrays;

/// Open-addressing hash table from a pair of ids to the rank of its merge and the id it makes.
final class PairTable {
    private static final long EMPTY = -1;

    private final long[] keys;
    private final long[] values; // rank in the high half, new id in the low half
    private final int mask;

    PairTable(int expected) {
        int capacity = Integer.highestOneBit(Math.max(8, expected) * 2 - 1) * 2;
        this.keys = new long[capacity];
        this.values = new long[capacity];
        this.mask = capacity - 1;
        Arrays.fill(keys, EMPTY);
    }

    private static int slot(long key, int mask) {
        long h = key * 0x9E3779B97F4A7C15L;
        return (int) (h >>> 32) & mask;
    }

    void put(int left, int right, int rank, int newId) {
        long key = ((long) left << 32) | right;
        int at = slot(key, mask);
        while (keys[at] != EMPTY && keys[at] != key) {
            at = (at + 1) & mask;
        }
        keys[at] = key;
        values[at] = ((long) rank << 32) | newId;
    }

    /// {@return rank and new id packed, or -1}
    long get(int left, int right) {
        long key = ((long) left << 32) | right;
        int at = slot(key, mask);
        while (true) {
            long k = keys[at];
            if (k == key) {
                return values[at];
            }
            if (k == EMPTY) {
                return EMPTY;
            }
            at = (at + 1) & mask;
        }
    }
}
