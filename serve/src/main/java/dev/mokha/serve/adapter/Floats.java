package dev.mokha.serve.adapter;

import dev.mokha.serve.kernel.WeightType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Numbers of one float type as another.
final class Floats {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;

    private Floats() {}

    /// Copies one number, into the same type or into float32.
    static void copy(WeightType type, MemorySegment from, long index, WeightType as, MemorySegment to, long at) {
        if (as == WeightType.F32) {
            to.set(FLOAT, 4 * at, read(type, from, index));
        } else {
            to.set(SHORT, 2 * at, from.get(SHORT, 2 * index));
        }
    }

    private static float read(WeightType type, MemorySegment from, long index) {
        return switch (type) {
            case F16 -> Float.float16ToFloat(from.get(SHORT, 2 * index));
            case BF16 -> Float.intBitsToFloat(from.get(SHORT, 2 * index) << 16);
            default -> from.get(FLOAT, 4 * index);
        };
    }
}
