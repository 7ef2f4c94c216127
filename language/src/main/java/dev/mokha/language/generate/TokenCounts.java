package dev.mokha.language.generate;

/// How often each of some tokens occurs; a hash table of ints, so that nothing is boxed.
final class TokenCounts {
    private int[] ids;
    private int[] counts;
    private int size;

    TokenCounts() {
        this(new int[16], new int[16], 0);
    }

    private TokenCounts(int[] ids, int[] counts, int size) {
        this.ids = ids;
        this.counts = counts;
        this.size = size;
    }

    TokenCounts copy() {
        return new TokenCounts(ids.clone(), counts.clone(), size);
    }

    /// Counts a token once more, or once less.
    void add(int id, int times) {
        int slot = slot(id);
        if (ids[slot] == 0) {
            if (2 * ++size > ids.length) {
                grow();
                slot = slot(id);
            }
            ids[slot] = id + 1;
        }
        counts[slot] += times;
    }

    int of(int id) {
        return counts[slot(id)];
    }

    /// {@return how many slots there are}
    int slots() {
        return ids.length;
    }

    /// {@return the token of a slot, −1 for none}
    int id(int slot) {
        return counts[slot] == 0 ? -1 : ids[slot] - 1;
    }

    /// {@return where a token is or belongs; 0 there stands for nobody}
    private int slot(int id) {
        int slot = (id * 0x9E3779B9) >>> Integer.numberOfLeadingZeros(ids.length - 1);
        while (ids[slot] != 0 && ids[slot] != id + 1) {
            slot = (slot + 1) & (ids.length - 1);
        }
        return slot;
    }

    private void grow() {
        int[] before = ids;
        int[] had = counts;
        ids = new int[2 * before.length];
        counts = new int[ids.length];
        for (int i = 0; i < before.length; i++) {
            if (before[i] != 0) {
                int slot = slot(before[i] - 1);
                ids[slot] = before[i];
                counts[slot] = had[i];
            }
        }
    }
}
