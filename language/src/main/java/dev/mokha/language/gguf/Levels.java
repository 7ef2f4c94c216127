package dev.mokha.language.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// What the ways to choose scales share.
final class Levels {
    private static final int GUESSES = 21;
    private static final int AGAIN = 2;

    private Levels() {}

    /// {@return the nearest whole number from 0 to `most`; of two the greater}
    static int nearest(float number, int most) {
        return (int) (Math.min(Math.max(number, 0), most) + 0.5f);
    }

    /// {@return 0, 1, −1, 2, −2, …: of equally good guesses the first is taken, so the plain one comes first}
    private static int step(int guess) {
        return guess % 2 == 0 ? -guess / 2 : (guess + 1) / 2;
    }

    /// {@return a number as a float16 keeps it}
    static float half(double number) {
        return Float.float16ToFloat(Float.floatToFloat16((float) number));
    }

    /// Writes 32 levels of four bits: the first sixteen low, the others high.
    static void packFour(int[] levels, MemorySegment out, long at) {
        for (int i = 0; i < 16; i++) {
            out.set(ValueLayout.JAVA_BYTE, at + i, (byte) ((levels[i] & 15) | (levels[16 + i] & 15) << 4));
        }
    }

    /// Finds the `s ≥ 0` and `b` for which `Σ (s q + b − x)²` over some numbers is least, `q` being the nearest
    /// levels: several guesses are rounded with and corrected by least squares, and the best one again.
    ///
    /// @param most the highest level
    /// @param belowZero whether `b` must not be above 0
    /// @param found receives `s` and `b`
    static void affine(float[] x, int from, int count, int most, boolean belowZero, float[] found) {
        var search = new Affine(x, from, count, most, belowZero);
        float min = search.min;
        float max = search.max;
        found[0] = 0;
        found[1] = min;
        if (!(max > min)) {
            return;
        }
        double best = Double.POSITIVE_INFINITY;
        for (int guess = 0; guess < GUESSES + AGAIN; guess++) {
            boolean again = guess >= GUESSES;
            float s = again ? found[0] : (max - min) / (most + 0.1f * step(guess));
            double error = search.correct(s, again ? found[1] : min);
            if (error < best) {
                best = error;
                found[0] = search.s;
                found[1] = search.b;
            }
        }
    }

    /// One step of the search of [#affine].
    private static final class Affine {
        private final float[] x;
        private final int from;
        private final int count;
        private final int most;
        private final boolean belowZero;
        private final float min;
        private final float max;
        private final double sumX;
        private final double sumXx;
        private float s;
        private float b;

        Affine(float[] x, int from, int count, int most, boolean belowZero) {
            this.x = x;
            this.from = from;
            this.count = count;
            this.most = most;
            this.belowZero = belowZero;
            float least = belowZero ? 0 : x[from];
            float greatest = x[from];
            double sum = 0;
            double squares = 0;
            for (int i = from; i < from + count; i++) {
                least = Math.min(least, x[i]);
                greatest = Math.max(greatest, x[i]);
                sum += x[i];
                squares += x[i] * (double) x[i];
            }
            this.min = least;
            this.max = greatest;
            this.sumX = sum;
            this.sumXx = squares;
        }

        /// Rounds with a guess, then finds the best `s` and `b` for these levels.
        ///
        /// @return their squared error
        double correct(float guessedS, float guessedB) {
            float inverse = 1 / guessedS;
            if (!Float.isFinite(inverse)) { // numbers that a float16 cannot tell from their least
                return Double.POSITIVE_INFINITY;
            }
            int sumQ = 0;
            int sumQq = 0;
            float sumQx = 0;
            for (int i = from; i < from + count; i++) {
                int q = nearest((x[i] - guessedB) * inverse, most);
                sumQ += q;
                sumQq += q * q;
                sumQx += q * x[i];
            }
            double determinant = (double) count * sumQq - (double) sumQ * sumQ;
            double nextS = determinant > 0 ? (count * (double) sumQx - sumX * sumQ) / determinant : guessedS;
            double nextB = determinant > 0 ? (sumQq * sumX - sumQ * (double) sumQx) / determinant : guessedB;
            if (belowZero && nextB > 0) {
                nextB = 0;
                nextS = sumQx / (double) sumQq;
            }
            if (!(nextS > 0)) {
                return Double.POSITIVE_INFINITY;
            }
            s = (float) nextS;
            b = (float) nextB;
            return sumXx + nextS * (nextS * sumQq + 2 * nextB * sumQ - 2 * sumQx) + nextB * (nextB * count - 2 * sumX);
        }
    }

    /// Finds the `s`, of either sign, for which `Σ (s (q − zero) − x)²` is least, `q` being the nearest
    /// levels from 0 to `2 zero − 1`, as [#affine] does. The level farthest from zero goes to the number
    /// farthest from 0.
    static float symmetric(float[] x, int from, int count, int zero) {
        float extreme = 0;
        for (int i = from; i < from + count; i++) {
            extreme = Math.abs(x[i]) > Math.abs(extreme) ? x[i] : extreme;
        }
        float found = 0;
        double best = Double.NEGATIVE_INFINITY;
        for (int guess = 0; guess < GUESSES + AGAIN; guess++) {
            float s = guess >= GUESSES ? found : -extreme / (zero + 0.1f * step(guess));
            float inverse = 1 / s;
            if (!Float.isFinite(inverse)) { // numbers that a float16 cannot tell from 0
                return found;
            }
            int sumQq = 0;
            float sumQx = 0;
            for (int i = from; i < from + count; i++) {
                int q = nearest(x[i] * inverse + zero, 2 * zero - 1) - zero;
                sumQq += q * q;
                sumQx += q * x[i];
            }
            double explained = (double) sumQx * sumQx / sumQq; // of Σ x², by the best s for these levels
            if (explained > best) {
                best = explained;
                found = sumQx / sumQq;
            }
        }
        return found;
    }
}
