package dev.mokha.knowledge.lifelong;

import java.util.SplittableRandom;

/// How a model is trained in each snapshot, whatever its method.
///
/// @param mode the programs' ways or the papers'
/// @param dim how long vectors are
/// @param margin γ
/// @param negatives of each positive
/// @param batchSize positives a step
/// @param rate Adam's, which begins anew in each snapshot
/// @param epochs at most, in a snapshot
/// @param stopping when a snapshot ends before that
/// @param seed equal seeds give equal results on any number of threads
public record Training(
        Mode mode,
        int dim,
        double margin,
        int negatives,
        int batchSize,
        double rate,
        int epochs,
        Stopping stopping,
        long seed) {

    public Training {
        Stopping.require(dim, "dim");
        Stopping.require(negatives, "negatives");
        Stopping.require(batchSize, "batchSize");
        Stopping.require(epochs, "epochs");
        if (!(rate > 0) || !(margin > 0)) {
            throw new IllegalArgumentException("rate and margin are above 0, not %s and %s".formatted(rate, margin));
        }
    }

    /// The settings of LKGE's program, for each of its methods and data sets.
    public static Training official(long seed) {
        return new Training(Mode.CODE, 200, 8, 10, 2048, 1e-4, 200, Stopping.LKGE, seed);
    }

    /// {@return the same in another mode}
    public Training withMode(Mode mode) {
        return new Training(mode, dim, margin, negatives, batchSize, rate, epochs, stopping, seed);
    }

    /// {@return the same with another limit of epochs}
    public Training withEpochs(int epochs) {
        return new Training(mode, dim, margin, negatives, batchSize, rate, epochs, stopping, seed);
    }

    /// {@return draws that belong to one part of one snapshot, whatever was drawn before}
    ///
    /// @param part an epoch, from 0, or a part of the work outside epochs, below 0
    SplittableRandom random(int snapshot, int part) {
        long of = mix(mix(mix(seed) + snapshot) + part);
        return new SplittableRandom(of);
    }

    /// The finaliser of [Steele et al. 2014](https://doi.org/10.1145/2660193.2660195), so that near numbers
    /// give far ones.
    private static long mix(long z) {
        z += 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
