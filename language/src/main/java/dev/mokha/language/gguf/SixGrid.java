package dev.mokha.language.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Q6_K: sixteen parts of 16 with a scale of eight bits each, times a number of the block; 0 is the level 32.
///
/// Scales are found as in [KGrid].
final class SixGrid implements BlockGrid {
    private static final int PARTS = 16;
    private static final int SIZE = 16;
    private static final int ZERO = 32;
    private static final int ROUNDS = 3;
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final int[] scales = new int[PARTS];
    private float d;

    private SixGrid(float d) {
        this.d = d;
    }

    static SixGrid fit(float[] x, int from) {
        float[] wanted = new float[PARTS];
        float extreme = 0;
        for (int part = 0; part < PARTS; part++) {
            wanted[part] = Levels.symmetric(x, from + SIZE * part, SIZE, ZERO);
            extreme = Math.abs(wanted[part]) > Math.abs(extreme) ? wanted[part] : extreme;
        }
        var grid = new SixGrid(Levels.half(extreme / -128));
        var best = grid;
        double least = Double.POSITIVE_INFINITY;
        for (int round = 0; round < ROUNDS; round++) {
            double error = 0;
            for (int part = 0; part < PARTS; part++) {
                error += grid.roundPart(part, x, from, wanted[part]);
            }
            if (!(error < least)) {
                break;
            }
            least = error;
            best = grid;
            grid = new SixGrid(grid.refitted(x, from));
        }
        return best;
    }

    /// Chooses a part's eight bits among the nearest and its neighbours.
    ///
    /// @return the squared error
    private double roundPart(int part, float[] x, int from, float scale) {
        int nearest = d == 0 ? 0 : Math.clamp((int) Math.rint(scale / d), -128, 127);
        double least = Double.POSITIVE_INFINITY;
        for (int s = Math.max(-128, nearest - 1); s <= Math.min(127, nearest + 1); s++) {
            float inverse = d * s == 0 ? 0 : 1 / (d * s);
            double error = 0;
            for (int i = 0; i < SIZE; i++) {
                float number = x[from + SIZE * part + i];
                float off = d * s * (Levels.nearest(number * inverse + ZERO, 2 * ZERO - 1) - ZERO) - number;
                error += off * off;
            }
            if (error < least) {
                least = error;
                scales[part] = s;
            }
        }
        return least;
    }

    /// {@return the `d` for which `Σ (d u − x)²` is least, `u` being what was rounded}
    private float refitted(float[] x, int from) {
        double uu = 0;
        double xu = 0;
        for (int i = 0; i < PARTS * SIZE; i++) {
            double u = (double) scales[i / SIZE] * (level(i, x[from + i]) - ZERO);
            uu += u * u;
            xu += u * x[from + i];
        }
        return uu > 0 ? Levels.half(xu / uu) : d;
    }

    @Override
    public GgufType type() {
        return GgufType.Q6_K;
    }

    @Override
    public int level(int place, float number) {
        float scale = d * scales[place / SIZE];
        return scale == 0 ? ZERO : Levels.nearest(number / scale + ZERO, 2 * ZERO - 1);
    }

    @Override
    public float value(int place, int level) {
        return d * scales[place / SIZE] * (level - ZERO);
    }

    @Override
    public void pack(int[] levels, MemorySegment out, long at) {
        for (int i = 0; i < 64; i++) { // in each half: low four bits in pairs, and high two bits four by four
            for (int half = 0; half < 2; half++) {
                int of = 128 * half;
                int low = (levels[of + i] & 15) | (levels[of + 64 + i] & 15) << 4;
                out.set(ValueLayout.JAVA_BYTE, at + 64L * half + i, (byte) low);
                if (i < 32) {
                    int high = levels[of + i] >> 4
                            | levels[of + 32 + i] >> 4 << 2
                            | levels[of + 64 + i] >> 4 << 4
                            | levels[of + 96 + i] >> 4 << 6;
                    out.set(ValueLayout.JAVA_BYTE, at + 128 + 32L * half + i, (byte) high);
                }
            }
        }
        for (int part = 0; part < PARTS; part++) {
            out.set(ValueLayout.JAVA_BYTE, at + 192 + part, (byte) scales[part]);
        }
        out.set(SHORT, at + 208, Float.floatToFloat16(d));
    }
}
