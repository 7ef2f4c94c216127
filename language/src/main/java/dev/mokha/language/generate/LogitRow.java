package dev.mokha.language.generate;

import java.util.Arrays;
import java.util.Objects;

/// The logits of one position, a part of an array, so that a batch's rows need no copies. Whoever samples from
/// them changes them.
public final class LogitRow {
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
        int best = -1;
        for (int i = from; i < end(); i++) {
            if (!(values[i] <= largest)) { // also for what is not a number
                largest = values[i];
                best = i - from;
                if (!(largest < Float.POSITIVE_INFINITY)) {
                    throw new IllegalArgumentException("the logit of token " + best + " is "
                            + (Float.isNaN(largest) ? "not a number" : "infinite")
                            + ": the weights are broken, or overflow in this element type");
                }
            }
        }
        return best;
    }
}
