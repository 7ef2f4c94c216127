package dev.mokha.serve.model;

import dev.mokha.language.gguf.BlockGrid;
import dev.mokha.language.gguf.BlockWriter;
import dev.mokha.language.gguf.GgufType;
import dev.mokha.language.packed.PackedLinear;
import dev.mokha.serve.kernel.WeightType;
import java.lang.foreign.MemorySegment;

/// The rows of a projection packed by GPTQ or AWQ, in blocks of GGUF's types.
///
/// A weight is `(level − zero) · scale`. Where the 32 inputs of each block belong to one group and scales are
/// float16 numbers, blocks hold exactly the same weights: Q4_0 (`d (q − 8)`) where all zeros are 8; Q5_0
/// (`d (q − 16)`) whatever the zeros of four bits are, as `level − zero` lies in −16 … 15; Q8_0 (`d q`) where
/// those of eight bits are 128. Q4_1 (`d q + m`) does not: `m = −zero · scale` has up to 15 bits, of which a
/// float16 keeps 11. Otherwise weights become float16, with an error of 2⁻¹² of each at most.
final class PackedRows implements WeightSource.Rows {
    private static final int BLOCK = 32;

    private final PackedLinear linear;
    private final GgufType type;

    PackedRows(PackedLinear linear) {
        this.linear = linear;
        this.type = type(linear);
    }

    private static GgufType type(PackedLinear linear) {
        if (!hasWholeBlocks(linear)) {
            return GgufType.F16;
        }
        int middle = 1 << (linear.layout().bits() - 1);
        boolean symmetric = true;
        for (int group = 0; group < linear.layout().groups(linear.inputs()); group++) {
            for (int output = 0; output < linear.outputs(); output++) {
                float scale = linear.scale(output, group);
                if (!Float.isFinite(scale) || Float.float16ToFloat(Float.floatToFloat16(scale)) != scale) {
                    return GgufType.F16;
                }
                symmetric &= linear.zero(output, group) == middle;
            }
        }
        if (linear.layout().bits() == 8) {
            return symmetric ? GgufType.Q8_0 : GgufType.F16;
        }
        return symmetric ? GgufType.Q4_0 : GgufType.Q5_0;
    }

    private static boolean hasWholeBlocks(PackedLinear linear) {
        for (int i = 0; i < linear.inputs(); i++) {
            if (linear.group(i) != linear.group(i / BLOCK * BLOCK)) {
                return false;
            }
        }
        return linear.inputs() % BLOCK == 0;
    }

    /// {@return whether the blocks hold the very weights}
    boolean isExact() {
        return type != GgufType.F16;
    }

    @Override
    public WeightType type() {
        return WeightType.of(type);
    }

    @Override
    public int count() {
        return linear.outputs();
    }

    @Override
    public int width() {
        return linear.inputs();
    }

    @Override
    public MemorySegment row(int index) {
        if (!isExact()) {
            float[] numbers = new float[width()];
            linear.row(index, numbers);
            return BlockWriter.rows(type, numbers, numbers.length);
        }
        int[] levels = new int[width()];
        linear.levels(index, levels);
        MemorySegment blocks = MemorySegment.ofArray(new byte[Math.toIntExact(type.bytes(width()))]);
        int middle = switch (type) {
            case Q4_0 -> 8;
            case Q5_0 -> 16;
            default -> 127;
        };
        int[] block = new int[BLOCK];
        for (int from = 0; from < levels.length; from += BLOCK) {
            int group = linear.group(from);
            int shift = middle - linear.zero(index, group);
            for (int i = 0; i < BLOCK; i++) {
                block[i] = levels[from + i] + shift;
            }
            BlockGrid.symmetric(type, linear.scale(index, group)).pack(block, blocks, type.bytes(from));
        }
        return blocks;
    }
}
