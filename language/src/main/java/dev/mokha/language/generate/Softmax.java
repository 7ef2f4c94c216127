package dev.mokha.language.generate;

import java.util.Arrays;

/// `exp((logit − largest) · scale)` over a vocabulary, in blocks, without an array of its size. The loops are
/// such that the JIT makes vector instructions of them: e^x is the 256th power of a short series at x / 256, to
/// 1e-12 of the whole, and sums have eight parts.
final class Softmax {
    private static final int BLOCK = 2048;

    /// Below this, e^x is taken for e^-100, which no sum notices.
    private static final double LEAST = -100;

    private final double[] block = new double[BLOCK];
    private double[] totals = {};

    /// {@return e^x, for x up to 0}
    private static double exp(double x) {
        double t = Math.max(x, LEAST) * (1.0 / 256);
        double p = 1 + t * (1 + t * (1.0 / 2 + t * (1.0 / 6 + t * (1.0 / 24 + t * (1.0 / 120 + t * (1.0 / 720))))));
        p *= p; // 2
        p *= p;
        p *= p;
        p *= p; // 16
        p *= p;
        p *= p;
        p *= p;
        p *= p; // 256
        return p;
    }

    private void fill(LogitRow row, int at, int count, double largest, double scale) {
        float[] values = row.values();
        for (int i = 0; i < count; i++) {
            block[i] = exp((values[at + i] - largest) * scale);
        }
        Arrays.fill(block, count, BLOCK, 0);
    }

    private double sum() {
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        double e = 0;
        double f = 0;
        double g = 0;
        double h = 0;
        for (int i = 0; i < BLOCK; i += 8) {
            a += block[i];
            b += block[i + 1];
            c += block[i + 2];
            d += block[i + 3];
            e += block[i + 4];
            f += block[i + 5];
            g += block[i + 6];
            h += block[i + 7];
        }
        return a + b + c + d + (e + f + g + h);
    }

    /// {@return the sum of all}
    /// @param largest the largest logit
    double total(LogitRow row, double largest, double scale) {
        int blocks = (row.size() + BLOCK - 1) / BLOCK;
        totals = totals.length < blocks ? new double[blocks] : totals;
        double total = 0;
        for (int b = 0, at = row.from(); b < blocks; b++, at += BLOCK) {
            fill(row, at, Math.min(BLOCK, row.end() - at), largest, scale);
            totals[b] = sum();
            total += totals[b];
        }
        return total;
    }

    /// {@return Σ e^x · x, with which log Σ e^x is the entropy}
    double weighted(LogitRow row, double largest, double scale) {
        float[] values = row.values();
        double total = 0;
        for (int at = row.from(); at < row.end(); at += BLOCK) {
            int count = Math.min(BLOCK, row.end() - at);
            fill(row, at, count, largest, scale);
            for (int i = 0; i < count; i++) {
                block[i] *= Math.max((values[at + i] - largest) * scale, LEAST);
            }
            total += sum();
        }
        return total;
    }

    /// {@return the token that `u` of the total, summed up in the order of ids, falls on; one of those
    /// not taken away}
    /// @param u in `[0, 1)`; [#total] has been called with the same arguments
    /// @param total what it returned
    int draw(LogitRow row, double largest, double scale, double total, double u) {
        double left = u * total;
        int last = -1;
        for (int b = 0, at = row.from(); at < row.end(); b++, at += BLOCK) {
            if (left >= totals[b]) {
                left -= totals[b];
                continue;
            }
            int count = Math.min(BLOCK, row.end() - at);
            fill(row, at, count, largest, scale);
            for (int i = 0; i < count; i++) {
                if (row.values()[at + i] > Float.NEGATIVE_INFINITY) {
                    last = at + i - row.from();
                    left -= block[i];
                    if (left < 0) {
                        return last;
                    }
                }
            }
        }
        return last < 0 ? row.likeliest() : last; // rounding only
    }
}
