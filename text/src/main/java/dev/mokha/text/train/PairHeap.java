package dev.mokha.text.train;

import java.util.Arrays;

/// Which pair to merge next: the most frequent; of equally frequent ones that with the lower left id, then the
/// lower right id (the rule of Hugging Face `tokenizers`).
///
/// Lazy: an entry holds the count at the time it was pushed. Counts of pairs that are not pushed again only
/// fall, so a stale entry on top is put back with its present count.
final class PairHeap {
    private final PairTable pairs;
    private long[] counts = new long[1 << 10];
    private int[] rows = new int[1 << 10];
    private int size;

    PairHeap(PairTable pairs) {
        this.pairs = pairs;
    }

    void push(int row) {
        if (size == rows.length) {
            rows = Arrays.copyOf(rows, size * 2);
            counts = Arrays.copyOf(counts, size * 2);
        }
        size++;
        siftUp(size - 1, row, pairs.count(row));
    }

    /// {@return the best pair's row, taken off; -1 when none is left with a count above 0}
    int pop() {
        while (size > 0) {
            int row = rows[0];
            long now = pairs.count(row);
            if (now == counts[0] && now > 0) {
                removeTop();
                return row;
            }
            if (now > 0 && now < counts[0]) {
                siftDown(row, now);
            } else {
                removeTop(); // gone, or pushed again with a higher count
            }
        }
        return -1;
    }

    private void removeTop() {
        size--;
        if (size > 0) {
            siftDown(rows[size], counts[size]);
        }
    }

    private boolean before(long count, int row, int other) {
        return count != counts[other] ? count > counts[other] : pairs.key(row) < pairs.key(rows[other]);
    }

    private void siftUp(int from, int row, long count) {
        int at = from;
        while (at > 0) {
            int parent = (at - 1) >>> 1;
            if (!before(count, row, parent)) {
                break;
            }
            rows[at] = rows[parent];
            counts[at] = counts[parent];
            at = parent;
        }
        rows[at] = row;
        counts[at] = count;
    }

    private void siftDown(int row, long count) {
        int at = 0;
        while (true) {
            int child = 2 * at + 1;
            if (child >= size) {
                break;
            }
            if (child + 1 < size && before(counts[child + 1], rows[child + 1], child)) {
                child++;
            }
            if (before(count, row, child)) {
                break;
            }
            rows[at] = rows[child];
            counts[at] = counts[child];
            at = child;
        }
        rows[at] = row;
        counts[at] = count;
    }
}
