package dev.mokha.serve.kernel;

import java.util.concurrent.atomic.AtomicLongArray;

/// Parts of one piece of work, dealt out to threads: each has a share of neighbouring parts and takes them in
/// their order, so that what it reads goes on where it stopped and is there before it is asked for; who is
/// done takes the last part of whoever has most left.
final class Shares {
    private static final int APART = 8; // longs: no two threads write to one line of the cache

    private final int threads;
    private final AtomicLongArray ranges; // the first part that is left, and the one behind the last

    Shares(int threads) {
        this.threads = threads;
        this.ranges = new AtomicLongArray(APART * threads);
    }

    private static long range(int from, int to) {
        return (long) from << 32 | to;
    }

    private static int from(long range) {
        return (int) (range >>> 32);
    }

    private static int to(long range) {
        return (int) range;
    }

    /// Shares parts out. Only while nobody takes any.
    void deal(int parts) {
        for (int thread = 0; thread < threads; thread++) {
            int from = (int) ((long) parts * thread / threads);
            int to = (int) ((long) parts * (thread + 1) / threads);
            ranges.set(APART * thread, range(from, to));
        }
    }

    /// Leaves nothing to take.
    void clear() {
        for (int thread = 0; thread < threads; thread++) {
            ranges.set(APART * thread, 0);
        }
    }

    /// {@return a thread's next part; -1 where nothing is left}
    int take(int thread) {
        int own = APART * thread;
        for (long range = ranges.get(own); from(range) < to(range); range = ranges.get(own)) {
            if (ranges.compareAndSet(own, range, range(from(range) + 1, to(range)))) {
                return from(range);
            }
        }
        while (true) {
            int richest = own;
            long most = 0;
            for (int other = 0; other < ranges.length(); other += APART) {
                long range = ranges.get(other);
                if (to(range) - from(range) > to(most) - from(most)) {
                    richest = other;
                    most = range;
                }
            }
            if (to(most) == from(most)) {
                return -1;
            }
            if (ranges.compareAndSet(richest, most, range(from(most), to(most) - 1))) {
                return to(most) - 1;
            }
        }
    }
}
