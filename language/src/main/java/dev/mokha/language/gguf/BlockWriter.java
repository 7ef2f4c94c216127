package dev.mokha.language.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.stream.IntStream;

/// Rounds numbers into the blocks of [GgufType]s: what [Blocks] reads.
///
/// The types of 32 are rounded in float32 and in the order of operations that ggml has, so the bytes are its
/// own; those that end in K by a search of our own for the scales, see [BlockGrid].
public final class BlockWriter {
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private BlockWriter() {}

    /// Rounds rows, on all processors.
    ///
    /// @param numbers `[rows, columns]`
    /// @return the bytes of the rows, one after another
    /// @throws IllegalArgumentException when rows are no whole blocks, or a number is not finite
    public static MemorySegment rows(GgufType type, float[] numbers, int columns) {
        if (columns % type.block() != 0) {
            throw new IllegalArgumentException(
                    "rows of " + columns + " are no whole blocks of " + type.block() + ", as " + type + " has");
        }
        int rows = numbers.length / columns;
        long rowBytes = type.bytes(columns);
        MemorySegment out = MemorySegment.ofArray(new byte[Math.toIntExact(rows * rowBytes)]);
        IntStream.range(0, rows)
                .parallel()
                .forEach(row -> row(type, numbers, row * columns, columns, out, row * rowBytes));
        return out;
    }

    private static void row(GgufType type, float[] x, int from, int columns, MemorySegment out, long at) {
        for (int i = 0; i < columns; i++) {
            if (!Float.isFinite(x[from + i])) {
                throw new IllegalArgumentException("a weight is " + x[from + i] + "; the model is broken");
            }
        }
        switch (type) {
            case F32 -> {
                for (int i = 0; i < columns; i++) {
                    out.set(FLOAT, at + 4L * i, x[from + i]);
                }
            }
            case F16 -> {
                for (int i = 0; i < columns; i++) {
                    requireFinite(Float.float16ToFloat(Float.floatToFloat16(x[from + i])), type);
                    out.set(SHORT, at + 2L * i, Float.floatToFloat16(x[from + i]));
                }
            }
            case BF16 -> {
                for (int i = 0; i < columns; i++) {
                    out.set(SHORT, at + 2L * i, brain(x[from + i]));
                }
            }
            case Q4_0, Q5_0, Q4_1, Q5_1, Q8_0, Q4_K, Q5_K, Q6_K -> {
                int[] levels = new int[type.block()];
                for (int i = 0; i < columns; i += type.block()) {
                    BlockGrid grid = switch (type) {
                        case Q4_0, Q5_0, Q4_1, Q5_1, Q8_0 -> SmallGrid.asGgml(type, x, from + i, levels);
                        default -> BlockGrid.nearest(type, x, from + i, levels);
                    };
                    for (int k = 0; k < levels.length; k++) {
                        requireFinite(grid.value(k, levels[k]), type);
                    }
                    grid.pack(levels, out, at + type.bytes(i));
                }
            }
        }
    }

    private static void requireFinite(float stored, GgufType type) {
        if (!Float.isFinite(stored)) {
            throw new IllegalArgumentException("a weight is too large for " + type + "; F32 and BF16 have room for it");
        }
    }

    /// Rounds to bfloat16, ties to even.
    private static short brain(float number) {
        int bits = Float.floatToRawIntBits(number);
        return (short) ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }
}
