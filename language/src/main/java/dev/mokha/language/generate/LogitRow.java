package dev.mokha.language.generate;

import java.util.Arrays;
import java.util.Objects;

/// The logits of one position, a part of an array, so that a batch's rows need no copies. Whoever samples from
/// them changes them.
public final class LogitRow {
    private static final int STRETCH = 1024;

    private final float[] values;
    private final int from;
    private final int size;

    private LogitRow(float[] values, int from, int size) {
        this.values = values;
        this.from = from;
        this.size = size;
    }

    /// A whole array.
    public static LogitRow of(float[] logits) {
        return of(logits, 0, logits.length);
    }

    /// Part of an array.
    ///
    /// @param from where the logit of token 0 stands
    /// @param vocab how many there are
    public static LogitRow of(float[] logits, int from, int vocab) {
        Objects.checkFromIndexSize(from, vocab, logits.length);
        if (vocab == 0) {
            throw new IllegalArgumentException("a row of logits needs at least one token");
        }
        return new LogitRow(logits, from, vocab);
    }

    LogitRow copy() {
        return new LogitRow(Arrays.copyOfRange(values, from, end()), 0, size);
    }

    float[] values() {
        return values;
    }

    int from() {
        return from;
    }

    int size() {
        return size;
    }

    int end() {
        return from + size;
    }

    float at(int id) {
        return values[from + id];
    }

    void set(int id, float value) {
        values[from + id] = value;
    }

    /// Takes away the tokens whose bit is not set, and those beyond the mask.
    ///
    /// @param mask token `i` is bit `i mod 64` of word `i / 64`
    void keep(long[] mask) {
        for (int word = 0, at = from; at < end(); word++, at += Long.SIZE) {
            long bits = word < mask.length ? mask[word] : 0;
            int to = Math.min(at + Long.SIZE, end());
            if (bits == 0) {
                Arrays.fill(values, at, to, Float.NEGATIVE_INFINITY);
            } else if (bits != -1) {
                for (int i = at; i < to; i++, bits >>>= 1) {
                    if ((bits & 1) == 0) {
                        values[i] = Float.NEGATIVE_INFINITY;
                    }
                }
            }
        }
    }

    /// Takes away what is smaller than a logit.
    void dropBelow(double bound) {
        for (int i = from; i < end(); i++) {
            if (values[i] < bound) {
                values[i] = Float.NEGATIVE_INFINITY;
            }
        }
    }

    /// {@return the token with the largest logit, of equal ones the first; -1 when all are taken away}
    /// @throws IllegalArgumentException when a logit is no number or infinite
    int likeliest() {
        float largest = Float.NEGATIVE_INFINITY;
        int stretch = from;
        // Only the largest of each stretch, which takes no branches and so goes many at a time; then where it stands.
        for (int at = from; at < end(); at += STRETCH) {
            float here = largest(at, Math.min(at + STRETCH, end()));
            if (!(here <= largest)) { // also for what is not a number
                largest = here;
                stretch = at;
                if (!(largest < Float.POSITIVE_INFINITY)) {
                    throw broken(at);
                }
            }
        }
        if (largest == Float.NEGATIVE_INFINITY) {
            return -1;
        }
        while (values[stretch] != largest) {
            stretch++;
        }
        return stretch - from;
    }

    private float largest(int start, int end) {
        float largest = Float.NEGATIVE_INFINITY;
        for (int i = start; i < end; i++) {
            largest = Math.max(largest, values[i]);
        }
        return largest;
    }

    private IllegalArgumentException broken(int start) {
        int at = start;
        while (values[at] < Float.POSITIVE_INFINITY) {
            at++;
        }
        return new IllegalArgumentException("the logit of token " + (at - from) + " is "
                + (Float.isNaN(values[at]) ? "not a number" : "infinite")
                + ": the weights are broken, or overflow in this element type");
    }
}
