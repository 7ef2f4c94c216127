package dev.mokha.language.masking;

import java.util.Arrays;

/// An example of masked language modelling: the tokens as the model reads them, where it predicts, and what
/// was there. Not padded: a batch pads, or does not.
public final class Masked {
    private final Sequence sequence;
    private final int[] positions;
    private final int[] labels;

    private Masked(Sequence sequence, int[] positions, int[] labels) {
        if (positions.length != labels.length) {
            throw new IllegalArgumentException(
                    positions.length + " masked positions go with as many labels, not " + labels.length);
        }
        int last = -1;
        for (int position : positions) {
            if (position <= last || position >= sequence.ids().length) {
                throw new IllegalArgumentException("masked positions ascend within " + sequence.ids().length
                        + " tokens; " + position + " after " + last + " does not");
            }
            last = position;
        }
        this.sequence = sequence;
        this.positions = positions;
        this.labels = labels;
    }

    /// @param sequence the tokens after masking
    /// @param positions where the model predicts, ascending
    /// @param labels what stood there before masking
    public static Masked of(Sequence sequence, int[] positions, int[] labels) {
        return new Masked(sequence, positions, labels);
    }

    /// {@return the tokens, some of them masked; this array and the others are not copies}
    public int[] ids() {
        return sequence.ids();
    }

    /// {@return the number of tokens}
    public int length() {
        return sequence.ids().length;
    }

    /// {@return how many tokens are segment 0; the rest are segment 1}
    public int firstLength() {
        return sequence.firstLength();
    }

    /// {@return the segment of each token, made anew}
    public int[] segments() {
        int[] segments = new int[length()];
        Arrays.fill(segments, firstLength(), segments.length, 1);
        return segments;
    }

    /// {@return where the model predicts, ascending}
    public int[] positions() {
        return positions;
    }

    /// {@return the original token at each of the positions}
    public int[] labels() {
        return labels;
    }

    /// {@return whether the second segment does not follow the first}
    public boolean randomNext() {
        return sequence.randomNext();
    }

    /// {@return the tokens as they were before masking, made anew}
    public int[] original() {
        int[] original = ids().clone();
        for (int i = 0; i < positions.length; i++) {
            original[positions[i]] = labels[i];
        }
        return original;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Masked that
                && Arrays.equals(ids(), that.ids())
                && firstLength() == that.firstLength()
                && randomNext() == that.randomNext()
                && Arrays.equals(positions, that.positions)
                && Arrays.equals(labels, that.labels);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(ids()) + Arrays.hashCode(positions);
    }

    @Override
    public String toString() {
        return "Masked[ids=" + Arrays.toString(ids()) + ", firstLength=" + firstLength() + ", positions="
                + Arrays.toString(positions) + ", labels=" + Arrays.toString(labels) + ", randomNext=" + randomNext()
                + "]";
    }
}
