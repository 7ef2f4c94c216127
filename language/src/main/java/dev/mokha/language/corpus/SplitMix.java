package dev.mokha.language.corpus;

/// SplitMix64, [Steele et al. 2014](https://doi.org/10.1145/2714064.2660195): random numbers that are a
/// function of the seeds alone, on every JDK.
public final class SplitMix {
    private long state;

    public SplitMix(long seed, long stream) {
        this.state = mix(seed) ^ mix(stream + 0x9E3779B97F4A7C15L);
    }

    public long next() {
        state += 0x9E3779B97F4A7C15L;
        return mix(state);
    }

    /// {@return uniform in `[0, 1)`}
    public double unit() {
        return (next() >>> 11) * 0x1.0p-53;
    }

    /// {@return uniform in `0 .. bound − 1`}
    public int below(int bound) {
        return (int) Math.multiplyHigh(next() >>> 1, 2L * bound);
    }

    /// {@return uniform in `[0, 1)`: what the `index`-th call, from 0, of a `SplittableRandom` of that seed gives. Any
    /// place of its stream is reached at once, so there is no state to save or to bring back}
    public static double unitAt(long seed, long index) {
        return (mix(seed + (index + 1) * 0x9E3779B97F4A7C15L) >>> 11) * 0x1.0p-53;
    }

    private static long mix(long z) {
        long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
        return b ^ (b >>> 31);
    }
}
