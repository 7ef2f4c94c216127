package dev.mokha.language.finetune;

import dev.mokha.nn.fit.Batches;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/// Batches of items of like length: all items are shuffled, each pool of so many batches is sorted by
/// length and cut into batches, and these are shuffled again. Attention over packed sequences runs once for
/// each length, so batches of like lengths are faster; across an epoch every item is seen once.
final class Bucketed<B> implements Batches<B> {
    private static final int POOL = 32;

    private final int[] lengths;
    private final int batchSize;
    private final long seed;
    private final Function<int[], B> load;
    private List<int[]> order = List.of();
    private long orderedFor = -1;
    private long drawn;

    /// @param lengths of each item
    /// @param load makes a batch from the numbers of its items
    Bucketed(int[] lengths, int batchSize, long seed, Function<int[], B> load) {
        if (lengths.length < 1 || batchSize < 1) {
            throw new IllegalArgumentException("batches need at least one example and a size of at least one, got "
                    + lengths.length + " and " + batchSize);
        }
        this.lengths = lengths.clone();
        this.batchSize = batchSize;
        this.seed = seed;
        this.load = load;
    }

    @Override
    public B next() {
        long epoch = drawn / perEpoch();
        if (orderedFor != epoch) {
            order = order(epoch);
            orderedFor = epoch;
        }
        return load.apply(order.get((int) (drawn++ % perEpoch())));
    }

    private List<int[]> order(long epoch) {
        var random = new Random(seed * 0x9E3779B97F4A7C15L + epoch);
        List<Integer> shuffled = new ArrayList<>();
        for (int i = 0; i < lengths.length; i++) {
            shuffled.add(i);
        }
        Collections.shuffle(shuffled, random);
        List<int[]> batches = new ArrayList<>();
        int pool = POOL * batchSize;
        for (int from = 0; from < shuffled.size(); from += pool) {
            int[] sorted = shuffled.subList(from, Math.min(shuffled.size(), from + pool)).stream()
                    .sorted(Comparator.comparingInt(i -> lengths[i]))
                    .mapToInt(Integer::intValue)
                    .toArray();
            for (int at = 0; at < sorted.length; at += batchSize) {
                batches.add(Arrays.copyOfRange(sorted, at, Math.min(sorted.length, at + batchSize)));
            }
        }
        Collections.shuffle(batches, random);
        return batches;
    }

    @Override
    public String position() {
        return Long.toString(drawn);
    }

    @Override
    public void restore(String position) {
        try {
            drawn = Long.parseUnsignedLong(position);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + position + "' is no number of batches drawn", e);
        }
    }

    @Override
    public long perEpoch() {
        return Math.ceilDiv((long) lengths.length, batchSize);
    }
}
