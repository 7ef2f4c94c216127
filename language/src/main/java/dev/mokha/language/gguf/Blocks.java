package dev.mokha.language.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Turns the blocks of [GgufType]s into numbers, by loops over the formulas of ggml: the oracle of faster
/// kernels.
///
/// With `q` the number of a level: `d (q − 8)` in Q4_0, `d (q − 16)` in Q5_0, `d q` in Q8_0, `d q + m` in
/// Q4_1 and Q5_1, and in the K types, with the scale `s` and offset `o` of a part, `d s q − m o` (Q4_K, Q5_K)
/// and `d s (q − 32)` (Q6_K).
public final class Blocks {
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private Blocks() {}

    /// Reads numbers.
    ///
    /// @param from the number of the first one among those in the bytes, at a block's begin
    /// @param into is filled
    /// @throws IllegalArgumentException when they do not begin and end with a block
    public static void read(GgufType type, MemorySegment bytes, long from, float[] into) {
        int block = type.block();
        if (from % block != 0 || into.length % block != 0) {
            throw new IllegalArgumentException(into.length + " numbers from " + from + " are no whole blocks of "
                    + block + ", as " + type + " has");
        }
        for (int i = 0; i < into.length; i += block) {
            read(type, bytes, type.bytes(from + i), into, i);
        }
    }

    private static void read(GgufType type, MemorySegment in, long at, float[] out, int to) {
        switch (type) {
            case F32 -> out[to] = in.get(FLOAT, at);
            case F16 -> out[to] = half(in, at);
            case BF16 -> out[to] = Float.intBitsToFloat(in.get(SHORT, at) << 16);
            case Q4_0 -> fourBits(in, at + 2, half(in, at), -8 * half(in, at), out, to);
            case Q4_1 -> fourBits(in, at + 4, half(in, at), half(in, at + 2), out, to);
            case Q5_0 -> fiveBits(in, at + 2, half(in, at), -16 * half(in, at), out, to);
            case Q5_1 -> fiveBits(in, at + 4, half(in, at), half(in, at + 2), out, to);
            case Q8_0 -> {
                float d = half(in, at);
                for (int i = 0; i < 32; i++) {
                    out[to + i] = d * in.get(ValueLayout.JAVA_BYTE, at + 2 + i);
                }
            }
            case Q4_K -> partsOf32(in, at, -1, at + 16, out, to);
            case Q5_K -> partsOf32(in, at, at + 16, at + 48, out, to);
            case Q6_K -> partsOf16(in, at, out, to);
        }
    }

    /// Sixteen bytes; the low halves are the first sixteen levels, the high halves the others.
    private static void fourBits(MemorySegment in, long at, float d, float m, float[] out, int to) {
        for (int i = 0; i < 16; i++) {
            int pair = in.get(ValueLayout.JAVA_BYTE, at + i);
            out[to + i] = d * (pair & 15) + m;
            out[to + 16 + i] = d * ((pair >> 4) & 15) + m;
        }
    }

    /// As [#fourBits], with each level's fifth bit before in 32 bits.
    private static void fiveBits(MemorySegment in, long at, float d, float m, float[] out, int to) {
        int fifth = in.get(INT, at);
        for (int i = 0; i < 16; i++) {
            int pair = in.get(ValueLayout.JAVA_BYTE, at + 4 + i);
            out[to + i] = d * ((pair & 15) | (((fifth >> i) & 1) << 4)) + m;
            out[to + 16 + i] = d * (((pair >> 4) & 15) | (((fifth >> (i + 16)) & 1) << 4)) + m;
        }
    }

    /// Eight parts of 32, two by two: the low halves of 32 bytes are one part, the high halves the next.
    ///
    /// @param fifths where 32 bytes lie that hold, from the lowest bit up, a fifth bit for each part;
    ///     below 0 for none
    /// @param levels where the four low bits of each level lie
    private static void partsOf32(MemorySegment in, long at, long fifths, long levels, float[] out, int to) {
        float d = half(in, at);
        float m = half(in, at + 2);
        for (int part = 0; part < 8; part++) {
            float scale = d * scale(in, at + 4, part);
            float offset = m * offset(in, at + 4, part);
            long from = levels + 32L * (part / 2);
            for (int i = 0; i < 32; i++) {
                int level = (in.get(ValueLayout.JAVA_BYTE, from + i) >> (4 * (part % 2))) & 15;
                if (fifths >= 0) {
                    level |= ((in.get(ValueLayout.JAVA_BYTE, fifths + i) >> part) & 1) << 4;
                }
                out[to + 32 * part + i] = scale * level - offset;
            }
        }
    }

    /// Of twelve bytes the first four hold the six-bit scales of parts 0 to 3, the next four their offsets,
    /// and the last four the low four bits of both of parts 4 to 7, whose other two are above the former.
    private static int scale(MemorySegment in, long at, int part) {
        return part < 4
                ? in.get(ValueLayout.JAVA_BYTE, at + part) & 63
                : (in.get(ValueLayout.JAVA_BYTE, at + part + 4) & 15) | highBits(in, at + part - 4);
    }

    private static int offset(MemorySegment in, long at, int part) {
        return part < 4
                ? in.get(ValueLayout.JAVA_BYTE, at + part + 4) & 63
                : ((in.get(ValueLayout.JAVA_BYTE, at + part + 4) >> 4) & 15) | highBits(in, at + part);
    }

    private static int highBits(MemorySegment in, long at) {
        return ((in.get(ValueLayout.JAVA_BYTE, at) >> 6) & 3) << 4;
    }

    /// Sixteen parts of 16, in two halves of 128 numbers: 64 bytes of low four bits, 32 of high two bits.
    private static void partsOf16(MemorySegment in, long at, float[] out, int to) {
        float d = half(in, at + 208);
        for (int i = 0; i < 256; i++) {
            int of = i % 128; // its place in its half
            long lows = at + 64L * (i / 128) + of % 64;
            long highs = at + 128 + 32L * (i / 128) + of % 32;
            int low = (in.get(ValueLayout.JAVA_BYTE, lows) >> (4 * (of / 64))) & 15;
            int high = (in.get(ValueLayout.JAVA_BYTE, highs) >> (2 * (of / 32))) & 3;
            out[to + i] = d * in.get(ValueLayout.JAVA_BYTE, at + 192 + i / 16) * ((low | (high << 4)) - 32);
        }
    }

    private static float half(MemorySegment in, long at) {
        return Float.float16ToFloat(in.get(SHORT, at));
    }
}
