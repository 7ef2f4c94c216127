package dev.mokha.text.grammar;

import java.util.Arrays;
import java.util.stream.IntStream;

/// A set of Unicode code points. Surrogates are never in it: they are no characters, and UTF-8 has no
/// bytes for them.
final class CharSet {
    static final int LAST = Character.MAX_CODE_POINT;
    static final CharSet NONE = new CharSet(new int[0]);
    static final CharSet ANY = new CharSet(new int[] {0, 0xD7FF, 0xE000, LAST});

    private final int[] ranges; // low, high, low, high, …, inclusive, ascending, apart from each other

    private CharSet(int[] ranges) {
        this.ranges = ranges;
    }

    /// {@return one range, both ends included, without surrogates}
    static CharSet of(int low, int high) {
        return low > high ? NONE : new CharSet(new int[] {low, high}).and(ANY);
    }

    static CharSet of(int codePoint) {
        return of(codePoint, codePoint);
    }

    /// {@return the characters of a text}
    static CharSet of(String characters) {
        return ofPairs(characters.codePoints().flatMap(c -> IntStream.of(c, c)).toArray());
    }

    /// {@return ranges in any order, overlapping or not: low, high, low, high, …}
    static CharSet ofPairs(int... pairs) {
        return normal(pairs).and(ANY);
    }

    private static CharSet normal(int[] pairs) {
        long[] sorted = new long[pairs.length / 2];
        for (int i = 0; i < sorted.length; i++) {
            sorted[i] = ((long) pairs[2 * i] << 32) | pairs[2 * i + 1];
        }
        Arrays.sort(sorted);
        int[] out = new int[pairs.length];
        int n = 0;
        for (long range : sorted) {
            int low = (int) (range >> 32);
            int high = (int) range;
            if (n > 0 && low <= out[n - 1] + 1) {
                out[n - 1] = Math.max(out[n - 1], high);
            } else {
                out[n++] = low;
                out[n++] = high;
            }
        }
        return new CharSet(Arrays.copyOf(out, n));
    }

    CharSet or(CharSet other) {
        return normal(IntStream.concat(Arrays.stream(ranges), Arrays.stream(other.ranges))
                .toArray());
    }

    CharSet and(CharSet other) {
        int[] out = new int[ranges.length + other.ranges.length];
        int n = 0;
        for (int i = 0, j = 0; i < ranges.length && j < other.ranges.length; ) {
            int low = Math.max(ranges[i], other.ranges[j]);
            int high = Math.min(ranges[i + 1], other.ranges[j + 1]);
            if (low <= high) {
                out[n++] = low;
                out[n++] = high;
            }
            if (ranges[i + 1] < other.ranges[j + 1]) {
                i += 2;
            } else {
                j += 2;
            }
        }
        return new CharSet(Arrays.copyOf(out, n));
    }

    CharSet negated() {
        int[] out = new int[ranges.length + 2];
        int n = 0;
        int low = 0;
        for (int i = 0; i < ranges.length; i += 2) {
            if (low < ranges[i]) {
                out[n++] = low;
                out[n++] = ranges[i] - 1;
            }
            low = ranges[i + 1] + 1;
        }
        if (low <= LAST) {
            out[n++] = low;
            out[n++] = LAST;
        }
        return new CharSet(Arrays.copyOf(out, n)).and(ANY);
    }

    CharSet minus(CharSet other) {
        return and(other.negated());
    }

    boolean isEmpty() {
        return ranges.length == 0;
    }

    boolean contains(int codePoint) {
        for (int i = 0; i < ranges.length; i += 2) {
            if (codePoint <= ranges[i + 1]) {
                return codePoint >= ranges[i];
            }
        }
        return false;
    }

    int ranges() {
        return ranges.length / 2;
    }

    int low(int range) {
        return ranges[2 * range];
    }

    int high(int range) {
        return ranges[2 * range + 1];
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof CharSet other && Arrays.equals(ranges, other.ranges);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(ranges);
    }

    @Override
    public String toString() {
        return Arrays.toString(ranges);
    }
}
