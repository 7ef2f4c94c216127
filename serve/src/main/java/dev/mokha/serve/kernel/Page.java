package dev.mokha.serve.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// One head's keys and values of 16 positions, number by number.
///
/// Keys lie `[headDim][16]`, values `[16][headDim]`. In 8 and 4 bits the half-float scales
/// `[headDim / 32][16]` come first; in 4 bits a byte has the dimensions 2i and 2i+1 of a key, and j and j+16
/// of a value's 32.
///
/// @param bytes the keys, the values behind them
record Page(KeyValueType type, int headDim, MemorySegment bytes) {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final int GROUP = 32;

    private long values() {
        return type.pageBytes(headDim);
    }

    void store(MemorySegment key, MemorySegment value, int slot) {
        for (int i = 0; i < headDim; i++) {
            float k = key.get(FLOAT, 4L * i);
            float v = value.get(FLOAT, 4L * i);
            switch (type) {
                case F32 -> {
                    bytes.set(FLOAT, 4L * (i * 16 + slot), k);
                    bytes.set(FLOAT, values() + 4L * (slot * headDim + i), v);
                }
                case F16 -> {
                    bytes.set(SHORT, 2L * (i * 16 + slot), Float.floatToFloat16(k));
                    bytes.set(SHORT, values() + 2L * (slot * headDim + i), Float.floatToFloat16(v));
                }
                case BF16 -> {
                    bytes.set(SHORT, 2L * (i * 16 + slot), bfloat(k));
                    bytes.set(SHORT, values() + 2L * (slot * headDim + i), bfloat(v));
                }
                case INT8, INT4 -> {
                    putKey(i, slot, level(key, i, scale(key, i, slot, 0)));
                    putValue(i, slot, level(value, i, scale(value, i, slot, values())));
                }
            }
        }
    }

    private static short bfloat(float x) {
        int bits = Float.floatToRawIntBits(x);
        return (short) ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    private int most() {
        return type == KeyValueType.INT8 ? 127 : 7;
    }

    /// {@return the inverse scale of the dimension's 32, which is stored}
    private float scale(MemorySegment vector, int dimension, int slot, long at) {
        int group = dimension / GROUP;
        float largest = 0;
        for (int i = group * GROUP; i < (group + 1) * GROUP; i++) {
            largest = Math.max(largest, Math.abs(vector.get(FLOAT, 4L * i)));
        }
        short stored = Float.floatToFloat16(largest / most());
        bytes.set(SHORT, at + 2L * (group * 16 + slot), stored);
        float scale = Float.float16ToFloat(stored);
        return scale > 0 ? 1 / scale : 0;
    }

    private int level(MemorySegment vector, int dimension, float inverse) {
        return Math.clamp((long) Math.rint(vector.get(FLOAT, 4L * dimension) * inverse), -most(), most());
    }

    private void putKey(int i, int slot, int level) {
        if (type == KeyValueType.INT8) {
            bytes.set(JAVA_BYTE, headDim + i * 16L + slot, (byte) level);
        } else {
            putHalf(headDim + i / 2 * 16L + slot, i % 2 != 0, level);
        }
    }

    private void putValue(int i, int slot, int level) {
        if (type == KeyValueType.INT8) {
            bytes.set(JAVA_BYTE, values() + headDim + (long) slot * headDim + i, (byte) level);
        } else {
            putHalf(valueHalf(i, slot), i % GROUP >= 16, level);
        }
    }

    private long valueHalf(int i, int slot) {
        return values() + headDim + slot * (headDim / 2L) + i / GROUP * 16L + i % 16;
    }

    private void putHalf(long at, boolean high, int level) {
        int both = bytes.get(JAVA_BYTE, at);
        int four = level + 8;
        bytes.set(JAVA_BYTE, at, (byte) (high ? (both & 15) | (four << 4) : (both & 0xF0) | four));
    }

    private int half(long at, boolean high) {
        int both = bytes.get(JAVA_BYTE, at);
        return (high ? both >> 4 & 15 : both & 15) - 8;
    }

    /// Reads one position's key.
    void key(int slot, float[] to) {
        for (int i = 0; i < headDim; i++) {
            to[i] = switch (type) {
                case F32 -> bytes.get(FLOAT, 4L * (i * 16 + slot));
                case F16 -> Panels.half(bytes, 2L * (i * 16 + slot));
                case BF16 -> Float.intBitsToFloat(bytes.get(SHORT, 2L * (i * 16 + slot)) << 16);
                case INT8 -> scaleAt(i, slot, 0) * bytes.get(JAVA_BYTE, headDim + i * 16L + slot);
                case INT4 -> scaleAt(i, slot, 0) * half(headDim + i / 2 * 16L + slot, i % 2 != 0);
            };
        }
    }

    /// Reads one position's value.
    void value(int slot, float[] to) {
        for (int i = 0; i < headDim; i++) {
            long place = (long) slot * headDim + i;
            to[i] = switch (type) {
                case F32 -> bytes.get(FLOAT, values() + 4 * place);
                case F16 -> Panels.half(bytes, values() + 2 * place);
                case BF16 -> Float.intBitsToFloat(bytes.get(SHORT, values() + 2 * place) << 16);
                case INT8 -> scaleAt(i, slot, values()) * bytes.get(JAVA_BYTE, values() + headDim + place);
                case INT4 -> scaleAt(i, slot, values()) * half(valueHalf(i, slot), i % GROUP >= 16);
            };
        }
    }

    private float scaleAt(int i, int slot, long at) {
        return Panels.half(bytes, at + 2L * (i / GROUP * 16 + slot));
    }
}
