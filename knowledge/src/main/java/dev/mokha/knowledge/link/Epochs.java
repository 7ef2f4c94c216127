package dev.mokha.knowledge.link;

import java.util.Arrays;
import java.util.Random;

/// Which of some numbered things are in which batch: a new order each epoch, which depends on the seed and
/// the epoch alone.
final class Epochs {
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    private final int batchSize;
    private final long seed;
    private final int[] order;
    private final long perEpoch;
    private long ordered = -1;
    private long drawn;

    /// @param count how many things there are
    Epochs(int count, int batchSize, long seed) {
        if (count < 1) {
            throw new IllegalArgumentException("there are no facts to learn from");
        }
        this.batchSize = batchSize;
        this.seed = seed;
        this.order = new int[count];
        // One thing left over has no batch of its own: batch normalisation needs two.
        boolean alone = count > batchSize && batchSize > 1 && count % batchSize == 1;
        this.perEpoch = Math.ceilDiv((long) count, batchSize) - (alone ? 1 : 0);
    }

    /// {@return the numbers of the next batch}
    int[] next() {
        if (ordered != epoch()) {
            order(epoch());
        }
        int from = (int) (drawn % perEpoch) * batchSize;
        drawn++;
        boolean last = drawn % perEpoch == 0;
        return Arrays.copyOfRange(order, from, last ? order.length : from + batchSize);
    }

    private void order(long epoch) {
        Arrays.setAll(order, i -> i);
        shuffle(order, 0, order.length, random(-1 - epoch));
        ordered = epoch;
    }

    /// Puts part of an array into a random order.
    static void shuffle(int[] array, int from, int to, Random random) {
        for (int i = to - 1; i > from; i--) {
            int j = from + random.nextInt(i - from + 1);
            int moved = array[i];
            array[i] = array[j];
            array[j] = moved;
        }
    }

    /// {@return a stream for a purpose: those of batches are numbered by [#drawn]}
    Random random(long purpose) {
        return new Random(seed * SPREAD + purpose);
    }

    /// {@return the epoch that the next batch belongs to}
    long epoch() {
        return drawn / perEpoch;
    }

    long drawn() {
        return drawn;
    }

    long perEpoch() {
        return perEpoch;
    }

    String position() {
        return Long.toString(drawn);
    }

    void restore(String position) {
        long restored;
        try {
            restored = Long.parseLong(position);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + position + "' is no number of batches drawn", e);
        }
        if (restored < 0) {
            throw new IllegalArgumentException("a number of batches drawn cannot be " + restored);
        }
        drawn = restored;
    }
}
