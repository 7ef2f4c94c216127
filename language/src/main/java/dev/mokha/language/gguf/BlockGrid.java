package dev.mokha.language.gguf;

import java.lang.foreign.MemorySegment;

/// The numbers that a block can hold once its scales are chosen: in each part, `scale q + base` for the
/// levels `q` from 0 up. Who wants other levels than the nearest, as GPTQ does, chooses them one by one and
/// packs them.
public sealed interface BlockGrid extends Grid permits SmallGrid, KGrid, SixGrid {
    /// Chooses the scales of a block, by least squares.
    ///
    /// @param type one of the quantised types
    /// @param x holds the block
    /// @param from where it begins
    static BlockGrid fit(GgufType type, float[] x, int from) {
        return nearest(type, x, from, new int[type.block()]);
    }

    /// As [#fit], and fills in the nearest levels.
    static BlockGrid nearest(GgufType type, float[] x, int from, int[] levels) {
        BlockGrid grid = switch (type) {
            case Q4_0, Q5_0, Q4_1, Q5_1, Q8_0 -> SmallGrid.fit(type, x, from);
            case Q4_K, Q5_K -> KGrid.fit(type, x, from);
            case Q6_K -> SixGrid.fit(x, from);
            case F32, F16, BF16 -> throw new IllegalArgumentException(type + " has no levels");
        };
        for (int i = 0; i < type.block(); i++) {
            levels[i] = grid.level(i, x[from + i]);
        }
        return grid;
    }

    /// The grid of a type without a base whose scale is known: `scale (q − zero)`, with the zero 8 in Q4_0,
    /// 16 in Q5_0 and 127 in Q8_0.
    ///
    /// @param scale that a float16 can keep
    static BlockGrid symmetric(GgufType type, float scale) {
        if (type != GgufType.Q4_0 && type != GgufType.Q5_0 && type != GgufType.Q8_0) {
            throw new IllegalArgumentException(type + " has more than a scale");
        }
        return SmallGrid.symmetric(type, scale);
    }

    /// {@return the type of the block}
    GgufType type();

    /// Writes the block.
    ///
    /// @param levels of each place
    void pack(int[] levels, MemorySegment out, long at);
}
