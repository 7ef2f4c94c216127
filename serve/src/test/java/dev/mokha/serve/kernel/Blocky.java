package dev.mokha.serve.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;

/// Random weights as files store them, and their packed forms.
final class Blocky {
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;

    private Blocky() {}

    /// Rows of random bytes whose scales are small numbers.
    static MemorySegment rows(WeightType type, int rows, int inputs, Random random, Arena arena) {
        int block = type.file().bytes();
        MemorySegment bytes = arena.allocate((long) rows * inputs / type.block() * block, 64);
        for (long i = 0; i < bytes.byteSize(); i++) {
            bytes.set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt());
        }
        for (long i = 0; i < bytes.byteSize() / block; i++) {
            switch (type) {
                case F32 -> bytes.set(ValueLayout.JAVA_FLOAT_UNALIGNED, 4 * i, (float) random.nextGaussian());
                case F16 -> bytes.set(SHORT, 2 * i, half(random));
                case BF16 -> bytes.set(SHORT, 2 * i, (short) (Float.floatToIntBits(small(random)) >> 16));
                case Q8_0, Q4_0, Q5_0 -> bytes.set(SHORT, i * block, half(random));
                case Q6_K -> bytes.set(SHORT, i * block + 208, half(random));
                case Q4_1, Q5_1, Q4_K, Q5_K -> {
                    bytes.set(SHORT, i * block, half(random));
                    bytes.set(SHORT, i * block + 2, half(random));
                }
            }
        }
        return bytes;
    }

    private static float small(Random random) {
        return (float) (0.1 * random.nextGaussian());
    }

    private static short half(Random random) {
        return Float.floatToFloat16(small(random));
    }

    static PackedMatrix packed(WeightType type, int outputs, int inputs, MemorySegment rows, Arena arena) {
        var matrix = PackedMatrix.allocate(type, outputs, inputs, arena);
        long size = rows.byteSize() / outputs;
        for (int i = 0; i < outputs; i++) {
            matrix.fill(i, rows.asSlice(i * size, size));
        }
        return matrix;
    }

    static MemorySegment gaussian(long count, Random random, Arena arena) {
        MemorySegment floats = arena.allocate(4 * count, 64);
        for (long i = 0; i < count; i++) {
            floats.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextGaussian());
        }
        return floats;
    }

    static float[] floats(MemorySegment segment) {
        return segment.toArray(ValueLayout.JAVA_FLOAT);
    }
}
