package dev.mokha.language.encoder;

import java.util.Arrays;

/// One input of an encoder: a text or a pair, as ids with their special tokens, without padding.
public final class Sequence {
    private final int[] ids;
    private final int first;

    private Sequence(int[] ids, int first) {
        if (ids.length == 0) {
            throw new IllegalArgumentException("a sequence has at least one token");
        }
        if (first < 0 || first > ids.length) {
            throw new IllegalArgumentException(
                    "the first segment has " + first + " of " + ids.length + " tokens: it must have 0 to all");
        }
        this.ids = ids;
        this.first = first;
    }

    /// One text, such as `[CLS] a [SEP]`.
    public static Sequence of(int... ids) {
        return new Sequence(ids.clone(), ids.length);
    }

    /// A pair, such as `[CLS] a [SEP] b [SEP]`.
    ///
    /// @param first how many of the tokens belong to segment 0; the others belong to segment 1
    public static Sequence pair(int[] ids, int first) {
        return new Sequence(ids.clone(), first);
    }

    /// {@return how many tokens there are}
    public int length() {
        return ids.length;
    }

    /// {@return the id at a position}
    public int id(int position) {
        return ids[position];
    }

    /// {@return a copy of all ids}
    public int[] ids() {
        return ids.clone();
    }

    /// {@return the segment, 0 or 1, at a position}
    public int segment(int position) {
        return position < first ? 0 : 1;
    }

    /// {@return how many tokens belong to segment 0}
    public int firstLength() {
        return first;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Sequence that && first == that.first && Arrays.equals(ids, that.ids);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(ids) + first;
    }

    @Override
    public String toString() {
        return "Sequence " + Arrays.toString(ids) + ", first segment " + first;
    }
}
