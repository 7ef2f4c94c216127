package dev.mokha.text.grammar;

import java.util.Arrays;

/// Gathers the ids of one mask.
final class TokenCollector {
    private static final long[] NO_BITS = {};
    private static final int[] NO_IDS = {};
    private final int words;
    private int[] ids = new int[64];
    private int size;
    private long[] bits = NO_BITS;

    /// @param words how many longs a bit set of ids has
    TokenCollector(int words) {
        this.words = words;
    }

    /// A collector that keeps a list, however long.
    static TokenCollector ofList() {
        return new TokenCollector(Integer.MAX_VALUE);
    }

    void add(int id) {
        if (size == ids.length) {
            if (size >= words) { // as large as the bit set is
                dense();
            } else {
                ids = Arrays.copyOf(ids, 2 * size);
            }
        }
        ids[size++] = id;
    }

    void addAll(int[] more) {
        if (size + more.length > words) {
            dense();
        }
        for (int id : more) {
            if (bits.length > 0) {
                bits[id >> 6] |= 1L << id;
            } else {
                add(id);
            }
        }
    }

    void add(TokenSet set) {
        dense();
        set.addTo(bits);
    }

    private void dense() {
        if (bits.length == 0) {
            bits = new long[words];
        }
        for (int i = 0; i < size; i++) {
            bits[ids[i] >> 6] |= 1L << ids[i];
        }
        size = 0;
    }

    /// {@return the ids in the order in which they came, of a collector that keeps a list}
    int[] toIds() {
        return Arrays.copyOf(ids, size);
    }

    TokenSet toSet() {
        if (bits.length == 0) {
            return TokenSet.of(Arrays.copyOf(ids, size), NO_BITS);
        }
        dense();
        return TokenSet.of(NO_IDS, bits);
    }
}
