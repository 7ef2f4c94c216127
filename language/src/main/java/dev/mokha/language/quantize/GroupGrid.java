package dev.mokha.language.quantize;

import dev.mokha.language.gguf.Grid;
import dev.mokha.language.packed.PackedLayout;

/// The numbers `(q − zero) scale` for `q` from 0 to `most`, of a group in a packed folder.
///
/// @param scale as a float16 keeps it
record GroupGrid(float scale, int zero, int most) implements Grid {
    private static final int GUESSES = 20;

    /// Chooses scale and zero: of twenty ranges, from that of all numbers and 0 to six tenths of it, the one
    /// with the least squared error. A zero is 1 at least, as what some readers make of GPTQ's 0 less 1 is
    /// 16.
    static GroupGrid fit(PackedLayout layout, float[] x, int from, int count) {
        float low = 0;
        float high = 0;
        for (int i = from; i < from + count; i++) {
            low = Math.min(low, x[i]);
            high = Math.max(high, x[i]);
        }
        if (layout.symmetric()) {
            high = Math.max(high, -low);
            low = -high;
        }
        var best = new GroupGrid(0, (layout.most() + 1) / 2, layout.most());
        double least = Double.POSITIVE_INFINITY;
        for (int guess = 0; guess < GUESSES && high > low; guess++) {
            float part = 1 - 0.02f * guess;
            GroupGrid grid = of(layout, part * low, part * high);
            double error = 0;
            for (int i = from; i < from + count; i++) {
                double off = grid.value(i, grid.level(i, x[i])) - x[i];
                error += off * off;
            }
            if (error < least) {
                least = error;
                best = grid;
            }
        }
        return best;
    }

    private static GroupGrid of(PackedLayout layout, float low, float high) {
        int most = layout.most();
        float scale = Float.float16ToFloat(Float.floatToFloat16((high - low) / most));
        int zero = layout.symmetric() ? (most + 1) / 2 : Math.clamp(Math.round(-low / scale), 1, most);
        return new GroupGrid(scale, zero, most);
    }

    @Override
    public int level(int place, float number) {
        return scale == 0 ? zero : Math.clamp(Math.round(number / scale) + zero, 0, most);
    }

    @Override
    public float value(int place, int level) {
        return (level - zero) * scale;
    }
}
