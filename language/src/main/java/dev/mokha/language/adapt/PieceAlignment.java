package dev.mokha.language.adapt;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// Finds from parallel text which old pieces each new piece stands for: the translation probabilities of IBM
/// Model 1, [Brown et al. 1993](https://aclanthology.org/J93-2003/), section 4, between the pieces of one
/// pair of sentences, found by expectation maximisation.
///
/// `t(o | n)`, the probability that new piece n is written as old piece o, is raised where o and n meet in
/// more pairs than their other company explains: in each round every old piece of a pair is shared out among
/// the pair's new pieces, and an empty one, in the ratio of the last round's `t`.
///
/// Which side a piece belongs to is told by its id: new pieces are of the new language, old ones of the old.
///
/// @param rounds of expectation maximisation; equal probabilities at first
/// @param fewest new pieces that occur in fewer pairs get no mixture
/// @param share old pieces of less probability are left out of a mixture, which then sums to 1 again
public record PieceAlignment(int rounds, int fewest, double share) {
    private static final int NOTHING = -1; // the empty new piece, which takes what nothing in the pair explains

    public PieceAlignment {
        if (rounds < 1 || fewest < 1 || !(share >= 0 && share < 1)) {
            throw new IllegalArgumentException("rounds and fewest must be at least 1, and the share in [0, 1), were "
                    + rounds + ", " + fewest + " and " + share);
        }
    }

    /// Ten rounds; two pairs at least; a twentieth.
    public static PieceAlignment standard() {
        return new PieceAlignment(10, 2, 0.05);
    }

    /// The old pieces that a new one is mixed of.
    ///
    /// @param ids of old pieces
    /// @param weights of the same, summing to 1
    @SuppressWarnings("ArrayRecordComponent") // numbers on their way to a table; equality is not asked for
    public record Mix(int[] ids, double[] weights) {}

    /// Aligns the pieces of parallel text.
    ///
    /// @param pairs each a text in both languages, as ids of the merged vocabulary
    /// @param base ids below are old pieces, the others new
    /// @param count how many new pieces there are
    /// @return for each new piece its mixture; null for one that is too rare in the pairs
    public @Nullable Mix[] align(List<int[]> pairs, int base, int count) {
        int[] seen = new int[count];
        Cells cells = new Cells(pairs, base, seen);
        for (int round = 0; round < rounds; round++) {
            cells.round();
        }
        @Nullable Mix[] mixes = new Mix[count];
        for (int piece = 0; piece < count; piece++) {
            mixes[piece] = seen[piece] < fewest ? null : cells.mix(base + piece, share);
        }
        return mixes;
    }

    /// The pairs of a new and an old piece that meet anywhere, sorted by the new one, then the old one.
    private static final class Cells {
        private final List<Sides> pairs;
        private final long[] keys;
        private double[] probabilities;

        Cells(List<int[]> texts, int base, int[] seen) {
            this.pairs = texts.stream().map(ids -> Sides.of(ids, base)).toList();
            for (Sides pair : pairs) {
                Arrays.stream(pair.fresh).distinct().filter(id -> id >= base).forEach(id -> seen[id - base]++);
            }
            this.keys = pairs.stream()
                    .flatMapToLong(Sides::keys)
                    .sorted()
                    .distinct()
                    .toArray();
            this.probabilities = new double[keys.length];
            Arrays.fill(probabilities, 1); // equal, which is all that counts in the first round
        }

        /// One round: old pieces are shared out, then each new piece's shares are made to sum to 1.
        void round() {
            double[] counts = new double[keys.length];
            for (Sides pair : pairs) {
                int[] at = new int[pair.fresh.length];
                for (int old : pair.old) {
                    double total = 0;
                    for (int i = 0; i < at.length; i++) {
                        at[i] = Arrays.binarySearch(keys, key(pair.fresh[i], old));
                        total += probabilities[at[i]];
                    }
                    for (int cell : at) {
                        counts[cell] += probabilities[cell] / total;
                    }
                }
            }
            for (int from = 0; from < keys.length; ) {
                int to = end(from);
                double sum = 0;
                for (int i = from; i < to; i++) {
                    sum += counts[i];
                }
                for (int i = from; i < to; i++) {
                    counts[i] /= sum;
                }
                from = to;
            }
            probabilities = counts;
        }

        /// {@return where the cells of the new piece at `from` end}
        private int end(int from) {
            int to = from + 1;
            while (to < keys.length && keys[to] >> 32 == keys[from] >> 32) {
                to++;
            }
            return to;
        }

        @Nullable
        Mix mix(int fresh, double share) {
            int found = Arrays.binarySearch(keys, key(fresh, 0));
            int from = found >= 0 ? found : -found - 1;
            if (from == keys.length || keys[from] >> 32 != fresh) {
                return null; // never beside an old piece
            }
            int to = end(from);
            double least =
                    Math.min(share, Arrays.stream(probabilities, from, to).max().orElseThrow());
            int[] kept = IntStream.range(from, to)
                    .filter(i -> probabilities[i] >= least)
                    .toArray();
            double sum = Arrays.stream(kept).mapToDouble(i -> probabilities[i]).sum();
            return new Mix(
                    Arrays.stream(kept).map(i -> (int) keys[i]).toArray(),
                    Arrays.stream(kept).mapToDouble(i -> probabilities[i] / sum).toArray());
        }

        private static long key(int fresh, int old) {
            return ((long) fresh << 32) | old;
        }
    }

    /// A text in both languages.
    @SuppressWarnings("ArrayRecordComponent") // as in Mix
    private record Sides(int[] fresh, int[] old) {
        static Sides of(int[] ids, int base) {
            int[] fresh = Arrays.stream(ids).filter(id -> id >= base).toArray();
            int[] withNothing = Arrays.copyOf(fresh, fresh.length + 1);
            withNothing[fresh.length] = NOTHING;
            return new Sides(
                    withNothing, Arrays.stream(ids).filter(id -> id < base).toArray());
        }

        LongStream keys() {
            return Arrays.stream(fresh)
                    .mapToObj(one -> Arrays.stream(old).mapToLong(other -> Cells.key(one, other)))
                    .flatMapToLong(keys -> keys);
        }
    }
}
