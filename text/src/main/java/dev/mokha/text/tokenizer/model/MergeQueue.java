package dev.mokha.text.tokenizer.model;

/// The two ways to apply merges in the order of their ranks, leftmost first among equals: a scan for short words and a
/// heap over a linked list for long ones, so that no text costs more than `n log n`.
final class MergeQueue {
    static final int SMALL = 24;

    private MergeQueue() {}

    /// Merges the first `count` symbols of `buffers` by repeated scans.
    ///
    /// @return how many symbols are left
    static int mergeSmall(PairTable pairs, Buffers buffers, int count) {
        int n = count;
        int[] symbols = buffers.symbols;
        int[] ends = buffers.ends;
        buffers.ensureHeap(SMALL);
        long[] found = buffers.heap; // found[i]: the merge of symbols i and i + 1, or -1
        for (int i = 0; i + 1 < n; i++) {
            found[i] = pairs.get(symbols[i], symbols[i + 1]);
        }
        while (n > 1) {
            long best = Long.MAX_VALUE;
            int at = -1;
            for (int i = 0; i + 1 < n; i++) {
                long rank = found[i] >>> 32;
                if (found[i] >= 0 && rank < best) {
                    best = rank;
                    at = i;
                }
            }
            if (at < 0) {
                break;
            }
            symbols[at] = (int) found[at];
            ends[at] = ends[at + 1];
            n--;
            for (int i = at + 1; i < n; i++) {
                symbols[i] = symbols[i + 1];
                ends[i] = ends[i + 1];
                found[i - 1] = found[i];
            }
            if (at > 0) {
                found[at - 1] = pairs.get(symbols[at - 1], symbols[at]);
            }
            if (at + 1 < n) {
                found[at] = pairs.get(symbols[at], symbols[at + 1]);
            }
        }
        return n;
    }

    /// Merges the first `count` symbols of `buffers` with a heap of candidate merges, stale ones skipped when popped.
    ///
    /// @return how many symbols are left
    static int mergeLarge(PairTable pairs, Buffers buffers, int count) {
        buffers.ensureLinks(count);
        int[] symbols = buffers.symbols;
        int[] ends = buffers.ends;
        int[] prev = buffers.prev;
        int[] next = buffers.next;
        var heap = new Heap(buffers, count);
        for (int i = 0; i < count; i++) {
            prev[i] = i - 1;
            next[i] = i + 1 < count ? i + 1 : -1;
            if (i + 1 < count) {
                heap.offer(pairs.get(symbols[i], symbols[i + 1]), i);
            }
        }
        while (heap.size > 0) {
            long top = heap.poll();
            int at = (int) top;
            int right = symbols[at] < 0 ? -1 : next[at];
            if (right < 0) {
                continue;
            }
            long merge = pairs.get(symbols[at], symbols[right]);
            if (merge < 0 || merge >>> 32 != top >>> 32) {
                continue;
            }
            symbols[at] = (int) merge;
            ends[at] = ends[right];
            symbols[right] = -1;
            next[at] = next[right];
            if (next[at] >= 0) {
                prev[next[at]] = at;
                heap.offer(pairs.get(symbols[at], symbols[next[at]]), at);
            }
            if (prev[at] >= 0) {
                heap.offer(pairs.get(symbols[prev[at]], symbols[at]), prev[at]);
            }
        }
        int n = 0;
        for (int i = 0; i >= 0; i = next[i]) {
            symbols[n] = symbols[i];
            ends[n++] = ends[i];
        }
        return n;
    }

    /// A binary min-heap of `rank << 32 | position`.
    private static final class Heap {
        private final Buffers buffers;
        private long[] items;
        private int size;

        Heap(Buffers buffers, int expected) {
            buffers.ensureHeap(expected + 16);
            this.buffers = buffers;
            this.items = buffers.heap;
        }

        void offer(long merge, int position) {
            if (merge < 0) {
                return;
            }
            if (size == items.length) {
                buffers.ensureHeap(size * 2);
                items = buffers.heap;
            }
            long item = (merge & 0xFFFFFFFF00000000L) | position;
            int at = size++;
            while (at > 0) {
                int parent = (at - 1) >>> 1;
                if (items[parent] <= item) {
                    break;
                }
                items[at] = items[parent];
                at = parent;
            }
            items[at] = item;
        }

        long poll() {
            long top = items[0];
            long last = items[--size];
            int at = 0;
            while (true) {
                int child = 2 * at + 1;
                if (child >= size) {
                    break;
                }
                if (child + 1 < size && items[child + 1] < items[child]) {
                    child++;
                }
                if (items[child] >= last) {
                    break;
                }
                items[at] = items[child];
                at = child;
            }
            items[at] = last;
            return top;
        }
    }
}
