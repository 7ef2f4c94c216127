package dev.mokha.language.evaluate;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.commons.rng.core.source32.MersenneTwister;

/// The draws of Python's `random.Random(seed)`, so that few-shot examples are the ones
/// lm-evaluation-harness draws.
final class PythonRandom {
    private final MersenneTwister twister;

    PythonRandom(int seed) {
        this.twister = new MersenneTwister(new int[] {Math.abs(seed)});
    }

    /// {@return `count` of the items without putting back, as `random.sample` draws them}
    <T> List<T> sample(List<T> items, int count) {
        int n = items.size();
        if (count < 0 || count > n) {
            throw new IllegalArgumentException("cannot draw " + count + " of " + n + " examples");
        }
        List<T> drawn = new ArrayList<>(count);
        if (n <= largestPool(count)) {
            List<T> pool = new ArrayList<>(items);
            for (int i = 0; i < count; i++) {
                int j = below(n - i);
                drawn.add(pool.get(j));
                pool.set(j, pool.get(n - i - 1));
            }
        } else {
            Set<Integer> taken = new HashSet<>();
            while (drawn.size() < count) {
                int j = below(n);
                if (taken.add(j)) {
                    drawn.add(items.get(j));
                }
            }
        }
        return drawn;
    }

    /// Up to how many items Python copies them instead of remembering what it drew: the size of a small set.
    private static double largestPool(int count) {
        double size = 21;
        if (count > 5) {
            size += Math.pow(4, Math.ceil(Math.log(count * 3.0) / Math.log(4)));
        }
        return size;
    }

    private int below(int n) {
        int bits = Integer.SIZE - Integer.numberOfLeadingZeros(n);
        int drawn = twister.nextInt() >>> (Integer.SIZE - bits);
        while (drawn >= n) {
            drawn = twister.nextInt() >>> (Integer.SIZE - bits);
        }
        return drawn;
    }
}
