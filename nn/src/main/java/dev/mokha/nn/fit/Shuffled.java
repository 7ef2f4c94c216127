package dev.mokha.nn.fit;

import java.util.Arrays;
import java.util.Random;
import java.util.function.Function;

/// Batches over numbered examples, in a new order each epoch: order and position depend on the seed and the number of
/// batches drawn alone. The last batch of an epoch may be smaller.
///
/// @param <B> a batch of examples
public final class Shuffled<B> implements Batches<B> {
    private final int batchSize;
    private final long seed;
    private final Function<int[], B> load;
    private final int[] order;
    private final long perEpoch;
    private long orderedFor = -1;
    private long drawn;

    /// @param examples how many there are, and how many make a batch
    /// @param load makes a batch from the numbers of its examples, from 0
    public Shuffled(Examples examples, long seed, Function<int[], B> load) {
        this.batchSize = examples.batchSize();
        this.seed = seed;
        this.load = load;
        this.order = new int[examples.count()];
        this.perEpoch = Math.ceilDiv((long) examples.count(), batchSize);
    }

    /// How many examples there are, and how many make a batch.
    public record Examples(int count, int batchSize) {
        public Examples {
            if (count < 1 || batchSize < 1) {
                throw new IllegalArgumentException("batches need at least one example and a size of at least one, got "
                        + count + " and " + batchSize);
            }
        }
    }

    @Override
    public B next() {
        long epoch = drawn / perEpoch;
        if (orderedFor != epoch) {
            shuffle(epoch);
        }
        int from = (int) (drawn % perEpoch) * batchSize;
        drawn++;
        return load.apply(Arrays.copyOfRange(order, from, Math.min(order.length, from + batchSize)));
    }

    @Override
    public String position() {
        return Long.toString(drawn);
    }

    @Override
    public void restore(String position) {
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

    @Override
    public long perEpoch() {
        return perEpoch;
    }

    private void shuffle(long epoch) {
        var random = new Random(seed * 0x9E3779B97F4A7C15L + epoch);
        for (int i = 0; i < order.length; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        orderedFor = epoch;
    }
}
