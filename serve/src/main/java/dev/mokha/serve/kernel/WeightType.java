package dev.mokha.serve.kernel;

import dev.mokha.language.gguf.GgufType;

/// How a [PackedMatrix] stores its numbers. The quantised types are those of GGUF files, their numbers
/// unchanged, in another order. In the order of the C kernels' numbers.
public enum WeightType {
    F32(0, 1, 64),
    F16(1, 1, 32),
    BF16(2, 1, 32),
    Q8_0(3, 32, 32 + 512),
    Q4_0(4, 32, 32 + 256),
    Q4_1(5, 32, 64 + 256),
    Q5_0(6, 32, 32 + 256 + 64),
    Q5_1(7, 32, 64 + 256 + 64),
    Q4_K(8, 256, 64 + 8 * (32 + 256)),
    Q5_K(9, 256, 64 + 8 * (32 + 256 + 64)),
    Q6_K(10, 256, 32 + 8 * (32 + 256 + 128));

    /// Outputs whose numbers lie together: as many as a vector of 512 bits has floats.
    public static final int PANEL = 16;

    private final int number;
    private final int block;
    private final int panelBytes;

    WeightType(int number, int block, int panelBytes) {
        this.number = number;
        this.block = block;
        this.panelBytes = panelBytes;
    }

    /// {@return the packed form of a file's type}
    public static WeightType of(GgufType type) {
        return valueOf(type.name());
    }

    /// {@return the type of files that stores the same numbers}
    public GgufType file() {
        return GgufType.valueOf(name());
    }

    /// {@return how many inputs a block has; 1 for the float types}
    public int block() {
        return block;
    }

    /// {@return whether numbers are rounded to a few levels}
    public boolean isQuantized() {
        return block > 1;
    }

    /// {@return the bytes of one block of [#PANEL] outputs}
    int blockBytes() {
        return panelBytes;
    }

    /// {@return the bytes of [#PANEL] outputs}
    /// @param inputs whole blocks
    public long panelBytes(int inputs) {
        return (long) inputs / block * panelBytes;
    }

    /// {@return the number by which the C kernels know it}
    int number() {
        return number;
    }
}
