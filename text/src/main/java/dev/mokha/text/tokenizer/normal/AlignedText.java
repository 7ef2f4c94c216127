package dev.mokha.text.tokenizer.normal;

import java.util.Arrays;

/// Text on its way through normalisers: UTF-16 units, and for each the range of the original text it came from.
///
/// As long as nothing was changed, or when offsets are not wanted, no ranges are stored. Mutable; for one thread.
/// A change is made by {@link #begin}, then {@link #put} for each unit of the new text, then {@link #commit}.
public final class AlignedText {
    private static final int GROWTH = 64;
    private static final int LEAST_LIMIT = 1 << 17;

    private char[] chars = new char[256];
    private int length;
    private int origin;
    private boolean tracking;
    private boolean identity = true;
    private int[] starts = new int[0];
    private int[] ends = new int[0];
    private char[] nextChars = new char[256];
    private int[] nextStarts = new int[0];
    private int[] nextEnds = new int[0];
    private int nextLength;
    private int limit = LEAST_LIMIT;

    /// Becomes units `from` to `to` of `source`, a text whose offsets are wanted or not. Half a surrogate
    /// pair, which no UTF-8 text can hold, becomes U+FFFD.
    public void reset(char[] source, int from, int to, boolean wantOffsets) {
        length = to - from;
        limit = (int) Math.min(Integer.MAX_VALUE - 64L, Math.max(LEAST_LIMIT, (long) GROWTH * length));
        origin = from;
        tracking = wantOffsets;
        identity = true;
        if (chars.length < length) {
            chars = new char[Math.max(length, chars.length * 2)];
        }
        System.arraycopy(source, from, chars, 0, length);
    }

    /// Becomes units `from` to `to` of another text, with their ranges.
    public void copy(AlignedText other, int from, int to) {
        length = to - from;
        limit = other.limit;
        origin = other.origin + from;
        tracking = other.tracking;
        identity = other.identity;
        if (chars.length < length) {
            chars = new char[Math.max(length, chars.length * 2)];
        }
        System.arraycopy(other.chars, from, chars, 0, length);
        if (!identity) {
            starts = Arrays.copyOfRange(other.starts, from, from + chars.length);
            ends = Arrays.copyOfRange(other.ends, from, from + chars.length);
        }
    }

    /// {@return the units; valid up to {@link #length} and until the next change}
    public char[] chars() {
        return chars;
    }

    /// {@return how many units there are}
    public int length() {
        return length;
    }

    /// {@return where in the original text this text began}
    public int origin() {
        return origin;
    }

    /// {@return the unit at `i`}
    public char at(int i) {
        return chars[i];
    }

    /// {@return the code point at `i`}
    public int codePoint(int i) {
        return Character.codePointAt(chars, i, length);
    }

    /// {@return where in the original text the character starts that unit `i` came from}
    public int start(int i) {
        if (!identity) {
            return starts[i];
        }
        boolean low = i > 0 && Character.isLowSurrogate(chars[i]) && Character.isHighSurrogate(chars[i - 1]);
        return origin + (low ? i - 1 : i);
    }

    /// {@return where in the original text the character ends that unit `i` came from}
    public int end(int i) {
        if (!identity) {
            return ends[i];
        }
        boolean high = i + 1 < length && Character.isHighSurrogate(chars[i]) && Character.isLowSurrogate(chars[i + 1]);
        return origin + (high ? i + 2 : i + 1);
    }

    /// Begins a change whose first `unchanged` units stay as they are.
    public void begin(int unchanged) {
        if (nextChars.length < length + 16) {
            nextChars = new char[Math.max(length + 16, nextChars.length * 2)];
        }
        System.arraycopy(chars, 0, nextChars, 0, unchanged);
        nextLength = unchanged;
        if (tracking) {
            if (nextStarts.length < nextChars.length) {
                nextStarts = new int[nextChars.length];
                nextEnds = new int[nextChars.length];
            }
            for (int i = 0; i < unchanged; i++) {
                nextStarts[i] = start(i);
                nextEnds[i] = end(i);
            }
        }
    }

    /// Adds a unit to the new text; it came from where unit `source` of the present text came from.
    public void put(char unit, int source) {
        if (nextLength == nextChars.length) {
            grow(nextLength + 1);
        }
        nextChars[nextLength] = unit;
        if (tracking) {
            nextStarts[nextLength] = start(source);
            nextEnds[nextLength] = end(source);
        }
        nextLength++;
    }

    /// Adds a code point to the new text.
    public void putCodePoint(int codePoint, int source) {
        if (Character.isBmpCodePoint(codePoint)) {
            put((char) codePoint, source);
        } else {
            put(Character.highSurrogate(codePoint), source);
            put(Character.lowSurrogate(codePoint), source);
        }
    }

    /// Adds units `from` to `to` of the present text to the new one.
    public void keep(int from, int to) {
        int count = to - from;
        if (nextLength + count > nextChars.length) {
            grow(nextLength + count);
        }
        System.arraycopy(chars, from, nextChars, nextLength, count);
        if (tracking) {
            for (int i = from; i < to; i++) {
                nextStarts[nextLength + i - from] = start(i);
                nextEnds[nextLength + i - from] = end(i);
            }
        }
        nextLength += count;
    }

    /// Files of normalisers may come from anywhere; what makes text grow without end is stopped here.
    private void grow(int needed) {
        if (needed > limit || needed < 0) {
            throw new IllegalStateException(
                    "the normalisers make the text longer than " + limit + " characters; mend what they insert");
        }
        int size = (int) Math.max(needed, Math.min(limit, nextChars.length * 2L));
        nextChars = Arrays.copyOf(nextChars, size);
        if (tracking) {
            nextStarts = Arrays.copyOf(nextStarts, size);
            nextEnds = Arrays.copyOf(nextEnds, size);
        }
    }

    /// {@return how long the new text is so far}
    public int pending() {
        return nextLength;
    }

    /// The new text replaces the present one.
    public void commit() {
        char[] oldChars = chars;
        chars = nextChars;
        nextChars = oldChars;
        if (tracking) {
            int[] oldStarts = starts;
            int[] oldEnds = ends;
            starts = nextStarts;
            ends = nextEnds;
            nextStarts = oldStarts;
            nextEnds = oldEnds;
            if (nextStarts.length < nextChars.length) {
                nextStarts = new int[nextChars.length];
                nextEnds = new int[nextChars.length];
            }
            identity = false;
        }
        length = nextLength;
    }

    /// Replaces the unit at `i` by another one from the same place.
    public void set(int i, char unit) {
        chars[i] = unit;
    }

    @Override
    public String toString() {
        return new String(chars, 0, length);
    }
}
