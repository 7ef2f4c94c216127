package dev.mokha.language.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// The types with blocks of 32: one scale and, in those that end in 1, one base.
///
/// @param scale as a float16 keeps it
/// @param base likewise in Q4_1 and Q5_1; in the others the level in the middle is 0
record SmallGrid(GgufType type, float scale, float base) implements BlockGrid {
    private static final int SIZE = 32;
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /// {@return the highest level}
    private static int most(GgufType type) {
        return switch (type) {
            case Q4_0, Q4_1 -> 15;
            case Q5_0, Q5_1 -> 31;
            case Q8_0 -> 254; // −127 to 127
            default -> throw new IllegalArgumentException(type + " has no blocks of 32");
        };
    }

    /// {@return the level that stands for 0; of the types with a base, 0}
    private static int zero(GgufType type) {
        return switch (type) {
            case Q4_0 -> 8;
            case Q5_0 -> 16;
            case Q8_0 -> 127;
            default -> 0;
        };
    }

    static SmallGrid fit(GgufType type, float[] x, int from) {
        if (type == GgufType.Q8_0) {
            return symmetric(type, Levels.half(largest(x, from) / 127));
        }
        if (zero(type) > 0) {
            return symmetric(type, Levels.half(Levels.symmetric(x, from, SIZE, zero(type))));
        }
        float[] found = new float[2];
        Levels.affine(x, from, SIZE, most(type), false, found);
        return new SmallGrid(type, Levels.half(found[0]), Levels.half(found[1]));
    }

    static SmallGrid symmetric(GgufType type, float scale) {
        return new SmallGrid(type, scale, -zero(type) * scale);
    }

    private static float largest(float[] x, int from) {
        float largest = 0;
        for (int i = 0; i < SIZE; i++) {
            largest = Math.max(largest, Math.abs(x[from + i]));
        }
        return largest;
    }

    /// Rounds as ggml does: the number farthest from 0 is the lowest level, or the least and greatest are the
    /// lowest and highest; levels are found with the scale before it becomes a float16.
    static SmallGrid asGgml(GgufType type, float[] x, int from, int[] levels) {
        int most = most(type);
        float min = Float.MAX_VALUE;
        float max = -Float.MAX_VALUE;
        float extreme = 0;
        for (int i = 0; i < SIZE; i++) {
            float number = x[from + i];
            min = number < min ? number : min;
            max = number > max ? number : max;
            extreme = Math.abs(number) > Math.abs(extreme) ? number : extreme;
        }
        boolean based = zero(type) == 0;
        float scale =
                based ? (max - min) / most : type == GgufType.Q8_0 ? Math.abs(extreme) / 127 : extreme / -zero(type);
        float inverse = scale == 0 ? 0 : 1 / scale;
        for (int i = 0; i < SIZE; i++) {
            float number = x[from + i];
            levels[i] = type == GgufType.Q8_0
                    ? awayFromZero(number * inverse) + 127
                    : Math.min(most, (int)
                            (based ? (number - min) * inverse + 0.5f : number * inverse + (zero(type) + 0.5f)));
        }
        return based ? new SmallGrid(type, Levels.half(scale), Levels.half(min)) : symmetric(type, Levels.half(scale));
    }

    /// {@return the nearest whole number; of two the one farther from 0}
    private static int awayFromZero(float number) {
        int whole = (int) number;
        float rest = number - whole;
        return rest >= 0.5f ? whole + 1 : rest <= -0.5f ? whole - 1 : whole;
    }

    @Override
    public int level(int place, float number) {
        return scale == 0 ? zero(type) : Levels.nearest((number - base) / scale, most(type));
    }

    @Override
    public float value(int place, int level) {
        return zero(type) == 0 ? scale * level + base : scale * (level - zero(type));
    }

    @Override
    public void pack(int[] levels, MemorySegment out, long at) {
        out.set(SHORT, at, Float.floatToFloat16(scale));
        long next = at + 2;
        if (zero(type) == 0) {
            out.set(SHORT, next, Float.floatToFloat16(base));
            next += 2;
        }
        if (type == GgufType.Q8_0) {
            for (int i = 0; i < SIZE; i++) {
                out.set(ValueLayout.JAVA_BYTE, next + i, (byte) (levels[i] - 127));
            }
            return;
        }
        if (most(type) == 31) {
            int fifth = 0;
            for (int i = 0; i < SIZE; i++) {
                fifth |= (levels[i] >> 4) << i;
            }
            out.set(INT, next, fifth);
            next += 4;
        }
        Levels.packFour(levels, out, next);
    }
}
