package dev.mokha.serve.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// Where the numbers of 16 outputs lie in a panel.
///
/// The float types keep one input of all outputs after the other; BF16 two inputs of an output together. A
/// block of a quantised type has 32 inputs: first the outputs' scales (half floats), then, where the type has
/// them, their offsets, then levels. A byte vector of 64 has four neighbouring inputs of each output; 8-bit
/// types have eight such vectors, the others four of half bytes, low halves the first 16 inputs, with further
/// bits behind them. A block of the K types has 256 inputs: the outputs' scales of scales, then eight such
/// parts, each with the outputs' 8-bit scales (and offsets).
final class Panels {
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final int PART = 32;
    private static final int N = WeightType.PANEL;

    private Panels() {}

    /// Packs one output from its bytes as they lie in a file: row-major; blocks as GGUF defines them.
    ///
    /// @param row the output's bytes
    /// @param panel zeroed, or packed before
    /// @param n the output's place in the panel
    static void writeRow(WeightType type, MemorySegment row, int inputs, MemorySegment panel, int n) {
        switch (type) {
            case F32 -> {
                for (long i = 0; i < inputs; i++) {
                    panel.set(FLOAT, (i * N + n) * 4, row.get(FLOAT, i * 4));
                }
            }
            case F16 -> {
                for (long i = 0; i < inputs; i++) {
                    panel.set(SHORT, (i * N + n) * 2, row.get(SHORT, i * 2));
                }
            }
            case BF16 -> {
                for (long i = 0; i < inputs; i += 2) {
                    panel.set(INT, (i / 2 * N + n) * 4, row.get(INT, i * 2));
                }
            }
            default -> writeBlocks(type, row, inputs, panel, n);
        }
    }

    private static void writeBlocks(WeightType type, MemorySegment row, int inputs, MemorySegment panel, int n) {
        int fileBlock = type.file().bytes();
        var part = new Part();
        for (int block = 0; block < inputs / type.block(); block++) {
            long from = (long) block * fileBlock;
            long to = (long) block * type.blockBytes();
            if (type.block() == PART) {
                part.readSmall(type, row, from);
                to = put16(panel, to, n, part.scale);
                if (hasOffset(type)) {
                    to = put16(panel, to, n, part.offset);
                }
                putLevels(type, panel, to, n, part.levels);
                continue;
            }
            to = put16(panel, to, n, row.get(SHORT, type == WeightType.Q6_K ? from + 208 : from));
            if (type != WeightType.Q6_K) {
                to = put16(panel, to, n, row.get(SHORT, from + 2));
            }
            for (int p = 0; p < 8; p++) {
                part.readOfLarge(type, row, from, p);
                panel.set(JAVA_BYTE, to + n, (byte) part.scale);
                panel.set(JAVA_BYTE, to + N + n, (byte) part.offset);
                to = putLevels(type, panel, to + 2 * N, n, part.levels);
            }
        }
    }

    static boolean hasOffset(WeightType type) {
        return type == WeightType.Q4_1 || type == WeightType.Q5_1 || type == WeightType.Q4_K || type == WeightType.Q5_K;
    }

    /// {@return what is taken off levels, which are stored without a sign}
    static int middle(WeightType type) {
        return switch (type) {
            case Q8_0 -> 128;
            case Q4_0 -> 8;
            case Q5_0 -> 16;
            case Q6_K -> 32;
            default -> 0;
        };
    }

    /// {@return where a byte vector of four inputs of each output has one}
    private static long inVector(int vector, int n, int input) {
        return 64L * vector + 4L * n + input;
    }

    private static long put16(MemorySegment panel, long at, int n, int value) {
        panel.set(SHORT, at + 2L * n, (short) value);
        return at + 2 * N;
    }

    /// {@return where the next thing begins}
    private static long putLevels(WeightType type, MemorySegment panel, long at, int n, int[] levels) {
        if (type == WeightType.Q8_0) {
            for (int i = 0; i < PART; i++) {
                panel.set(JAVA_BYTE, at + inVector(i / 4, n, i % 4), (byte) levels[i]);
            }
            return at + 512;
        }
        for (int i = 0; i < 16; i++) {
            int both = (levels[i] & 15) | ((levels[i + 16] & 15) << 4);
            panel.set(JAVA_BYTE, at + inVector(i / 4, n, i % 4), (byte) both);
        }
        long end = at + 256;
        int more = moreBits(type);
        if (more == 0) {
            return end;
        }
        int perByte = 8 / more;
        for (int i = 0; i < 4; i++) {
            for (int v = 0; v < more; v++) {
                int bits = 0;
                for (int t = 0; t < perByte; t++) {
                    bits |= (levels[4 * (perByte * v + t) + i] >> 4) << (more * t);
                }
                panel.set(JAVA_BYTE, end + inVector(v, n, i), (byte) bits);
            }
        }
        return end + 64L * more;
    }

    /// {@return how many bits of a level stand apart from its lowest four}
    private static int moreBits(WeightType type) {
        return switch (type) {
            case Q5_0, Q5_1, Q5_K -> 1;
            case Q6_K -> 2;
            default -> 0;
        };
    }

    /// Reads the levels of one output's 32 inputs.
    ///
    /// @param levels without a sign
    /// @return where the next thing begins
    static long getLevels(WeightType type, MemorySegment panel, long at, int n, int[] levels) {
        if (type == WeightType.Q8_0) {
            for (int i = 0; i < PART; i++) {
                levels[i] = panel.get(JAVA_BYTE, at + inVector(i / 4, n, i % 4)) & 0xFF;
            }
            return at + 512;
        }
        for (int i = 0; i < 16; i++) {
            int both = panel.get(JAVA_BYTE, at + inVector(i / 4, n, i % 4));
            levels[i] = both & 15;
            levels[i + 16] = (both >> 4) & 15;
        }
        long end = at + 256;
        int more = moreBits(type);
        if (more == 0) {
            return end;
        }
        int perByte = 8 / more;
        for (int i = 0; i < PART; i++) {
            int vector = i / 4 / perByte;
            int bits = panel.get(JAVA_BYTE, end + inVector(vector, n, i % 4)) & 0xFF;
            levels[i] |= ((bits >> (more * (i / 4 % perByte))) & ((1 << more) - 1)) << 4;
        }
        return end + 64L * more;
    }

    /// Writes one output's weights as float32.
    static void readRow(WeightType type, MemorySegment panel, int inputs, int n, MemorySegment out) {
        switch (type) {
            case F32 -> {
                for (long i = 0; i < inputs; i++) {
                    out.set(FLOAT, i * 4, panel.get(FLOAT, (i * N + n) * 4));
                }
            }
            case F16 -> {
                for (long i = 0; i < inputs; i++) {
                    out.set(FLOAT, i * 4, half(panel, (i * N + n) * 2));
                }
            }
            case BF16 -> {
                for (long i = 0; i < inputs; i++) {
                    int bits = panel.get(SHORT, (i / 2 * N + n) * 4 + i % 2 * 2) << 16;
                    out.set(FLOAT, i * 4, Float.intBitsToFloat(bits));
                }
            }
            default -> readBlocks(type, panel, inputs, n, out);
        }
    }

    private static void readBlocks(WeightType type, MemorySegment panel, int inputs, int n, MemorySegment out) {
        int[] levels = new int[PART];
        int middle = middle(type);
        for (int block = 0; block < inputs / type.block(); block++) {
            long at = (long) block * type.blockBytes();
            long to = (long) block * type.block() * 4;
            float scale = half(panel, at + 2L * n);
            at += 2 * N;
            float offset = 0;
            if (hasOffset(type)) {
                offset = half(panel, at + 2L * n);
                at += 2 * N;
            }
            if (type.block() == PART) {
                getLevels(type, panel, at, n, levels);
                for (int i = 0; i < PART; i++) {
                    out.set(FLOAT, to + 4L * i, scale * (levels[i] - middle) + offset);
                }
                continue;
            }
            for (int part = 0; part < 8; part++) {
                int first = panel.get(JAVA_BYTE, at + n);
                int second = panel.get(JAVA_BYTE, at + N + n);
                at = getLevels(type, panel, at + 2 * N, n, levels);
                for (int i = 0; i < PART; i++) {
                    float value = type == WeightType.Q6_K
                            ? scale * (i < 16 ? first : second) * (levels[i] - middle)
                            : scale * (first & 0xFF) * levels[i] - offset * (second & 0xFF);
                    out.set(FLOAT, to + 4L * (part * PART + i), value);
                }
            }
        }
    }

    static float half(MemorySegment from, long at) {
        return Float.float16ToFloat(from.get(SHORT, at));
    }

    /// One output's 32 inputs, as a file has them.
    private static final class Part {
        final int[] levels = new int[PART];
        int scale;
        int offset;

        /// A block of 32: a half-float scale, perhaps an offset, perhaps the fifth bits, then the levels.
        void readSmall(WeightType type, MemorySegment row, long from) {
            scale = row.get(SHORT, from);
            long at = from + 2;
            if (type == WeightType.Q8_0) {
                for (int i = 0; i < PART; i++) {
                    levels[i] = row.get(JAVA_BYTE, at + i) + 128;
                }
                return;
            }
            if (hasOffset(type)) {
                offset = row.get(SHORT, at);
                at += 2;
            }
            int fifth = 0;
            if (moreBits(type) == 1) {
                fifth = row.get(INT, at);
                at += 4;
            }
            for (int i = 0; i < 16; i++) {
                int both = row.get(JAVA_BYTE, at + i);
                levels[i] = (both & 15) | ((fifth >> i & 1) << 4);
                levels[i + 16] = (both >> 4 & 15) | ((fifth >> (i + 16) & 1) << 4);
            }
        }

        /// The p-th 32 inputs of a block of 256, with their own scale and offset.
        void readOfLarge(WeightType type, MemorySegment row, long from, int p) {
            if (type == WeightType.Q6_K) {
                readSixBits(row, from, p);
                return;
            }
            sixBitScales(row, from + 4, p);
            long levelsAt = from + 16 + (type == WeightType.Q5_K ? 32 : 0) + 32L * (p / 2);
            Arrays.fill(levels, 0);
            for (int i = 0; i < PART; i++) {
                levels[i] = row.get(JAVA_BYTE, levelsAt + i) >> (4 * (p % 2)) & 15;
                if (type == WeightType.Q5_K) {
                    levels[i] |= (row.get(JAVA_BYTE, from + 16 + i) >> p & 1) << 4;
                }
            }
        }

        /// Scales and offsets of eight parts, six bits each, in twelve bytes.
        private void sixBitScales(MemorySegment row, long at, int p) {
            if (p < 4) {
                scale = row.get(JAVA_BYTE, at + p) & 63;
                offset = row.get(JAVA_BYTE, at + p + 4) & 63;
            } else {
                int low = row.get(JAVA_BYTE, at + p + 4) & 0xFF;
                scale = (low & 15) | ((row.get(JAVA_BYTE, at + p - 4) >> 6 & 3) << 4);
                offset = (low >> 4) | ((row.get(JAVA_BYTE, at + p) >> 6 & 3) << 4);
            }
        }

        private void readSixBits(MemorySegment row, long from, int p) {
            int half = p / 4;
            int quarter = p % 4;
            long low = from + 64L * half + 32L * (quarter % 2);
            long high = from + 128 + 32L * half;
            for (int i = 0; i < PART; i++) {
                int four = row.get(JAVA_BYTE, low + i) >> (4 * (quarter / 2)) & 15;
                levels[i] = four | ((row.get(JAVA_BYTE, high + i) >> (2 * quarter) & 3) << 4);
            }
            scale = row.get(JAVA_BYTE, from + 192 + 2L * p);
            offset = row.get(JAVA_BYTE, from + 192 + 2L * p + 1);
        }
    }
}
