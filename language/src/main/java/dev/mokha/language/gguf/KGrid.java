package dev.mokha.language.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Q4_K and Q5_K: eight parts of 32 with a scale and an offset of six bits each, times two numbers of the
/// block.
///
/// Each part's scale and offset are found alone, by least squares; then rounded to six bits, where neighbours
/// are tried too; then the block's two numbers are found anew for what was rounded.
final class KGrid implements BlockGrid {
    private static final int PARTS = 8;
    private static final int SIZE = 32;
    private static final int SIX_BITS = 63;
    private static final int ROUNDS = 3;
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final GgufType type;
    private final int most;
    private final int[] scales = new int[PARTS];
    private final int[] offsets = new int[PARTS];
    private float d;
    private float m;

    private KGrid(GgufType type) {
        this.type = type;
        this.most = type == GgufType.Q4_K ? 15 : 31;
    }

    static KGrid fit(GgufType type, float[] x, int from) {
        var grid = new KGrid(type);
        float[] wantedScales = new float[PARTS];
        float[] wantedOffsets = new float[PARTS];
        float[] found = new float[2];
        float largestScale = 0;
        float largestOffset = 0;
        for (int part = 0; part < PARTS; part++) {
            Levels.affine(x, from + SIZE * part, SIZE, grid.most, true, found);
            wantedScales[part] = found[0];
            wantedOffsets[part] = -found[1];
            largestScale = Math.max(largestScale, found[0]);
            largestOffset = Math.max(largestOffset, -found[1]);
        }
        grid.d = Levels.half(largestScale / SIX_BITS);
        grid.m = Levels.half(largestOffset / SIX_BITS);
        var best = grid;
        double least = Double.POSITIVE_INFINITY;
        for (int round = 0; round < ROUNDS; round++) {
            double error = 0;
            for (int part = 0; part < PARTS; part++) {
                error += grid.roundPart(part, x, from, wantedScales[part], wantedOffsets[part]);
            }
            if (!(error < least)) {
                break;
            }
            least = error;
            best = grid;
            grid = grid.refitted(x, from);
        }
        return best;
    }

    /// Chooses a part's six bits among the nearest and their neighbours.
    ///
    /// @return the squared error
    private double roundPart(int part, float[] x, int from, float scale, float offset) {
        int nearestScale = d == 0 ? 0 : Levels.nearest(scale / d, SIX_BITS);
        int nearestOffset = m == 0 ? 0 : Levels.nearest(offset / m, SIX_BITS);
        double least = Double.POSITIVE_INFINITY;
        for (int s = Math.max(0, nearestScale - 1); s <= Math.min(SIX_BITS, nearestScale + 1); s++) {
            for (int o = Math.max(0, nearestOffset - 1); o <= Math.min(SIX_BITS, nearestOffset + 1); o++) {
                double error = error(x, from + SIZE * part, d * s, m * o);
                if (error < least) {
                    least = error;
                    scales[part] = s;
                    offsets[part] = o;
                }
            }
        }
        return least;
    }

    private double error(float[] x, int from, float scale, float offset) {
        float inverse = scale == 0 ? 0 : 1 / scale;
        double error = 0;
        for (int i = 0; i < SIZE; i++) {
            float number = x[from + i];
            float off = scale * Levels.nearest((number + offset) * inverse, most) - offset - number;
            error += off * off;
        }
        return error;
    }

    /// {@return the same with `d` and `m` for which `Σ (d u − m v − x)²` is least, `u` and `v` being what
    /// was rounded}
    private KGrid refitted(float[] x, int from) {
        double uu = 0;
        double uv = 0;
        double vv = 0;
        double xu = 0;
        double xv = 0;
        for (int i = 0; i < PARTS * SIZE; i++) {
            float number = x[from + i];
            double u = (double) scales[i / SIZE] * level(i, number);
            double v = offsets[i / SIZE];
            uu += u * u;
            uv += u * v;
            vv += v * v;
            xu += number * u;
            xv += number * v;
        }
        var next = new KGrid(type);
        double determinant = uu * vv - uv * uv;
        boolean both = determinant > 1e-9 * uu * vv;
        next.d = both ? Levels.half((xu * vv - xv * uv) / determinant) : uu > 0 ? Levels.half(xu / uu) : d;
        next.m = both ? Levels.half((xu * uv - xv * uu) / determinant) : m;
        if (!(next.d > 0) || !(next.m >= 0)) { // worse guesses than those there are
            next.d = d;
            next.m = m;
        }
        return next;
    }

    @Override
    public GgufType type() {
        return type;
    }

    @Override
    public int level(int place, float number) {
        float scale = d * scales[place / SIZE];
        return scale == 0 ? 0 : Levels.nearest((number + m * offsets[place / SIZE]) / scale, most);
    }

    @Override
    public float value(int place, int level) {
        return d * scales[place / SIZE] * level - m * offsets[place / SIZE];
    }

    @Override
    public void pack(int[] levels, MemorySegment out, long at) {
        out.set(SHORT, at, Float.floatToFloat16(d));
        out.set(SHORT, at + 2, Float.floatToFloat16(m));
        for (int part = 0; part < PARTS / 2; part++) { // the higher parts' upper two bits lie above the lower parts'
            byteAt(out, at + 4 + part, scales[part] | scales[part + 4] >> 4 << 6);
            byteAt(out, at + 8 + part, offsets[part] | offsets[part + 4] >> 4 << 6);
            byteAt(out, at + 12 + part, (scales[part + 4] & 15) | (offsets[part + 4] & 15) << 4);
        }
        boolean fifths = most == 31;
        for (int i = 0; i < SIZE; i++) {
            int fifth = 0;
            for (int part = 0; part < PARTS; part++) {
                fifth |= (levels[SIZE * part + i] >> 4) << part;
            }
            if (fifths) {
                byteAt(out, at + 16 + i, fifth);
            }
            for (int pair = 0; pair < PARTS / 2; pair++) {
                int low = levels[SIZE * 2 * pair + i] & 15;
                int high = levels[SIZE * (2 * pair + 1) + i] & 15;
                byteAt(out, at + (fifths ? 48 : 16) + (long) SIZE * pair + i, low | high << 4);
            }
        }
    }

    private static void byteAt(MemorySegment out, long at, int bits) {
        out.set(ValueLayout.JAVA_BYTE, at, (byte) bits);
    }
}
