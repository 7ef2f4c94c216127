package dev.mokha.serve.kernel;

/// How keys and values are kept. Keys are stored after their rotation.
public enum KeyValueType {
    F32(0),
    F16(1),
    BF16(2),
    /// Eight bits, with a half-float scale for each 32 dimensions of a position.
    INT8(3),
    /// Four bits, with a half-float scale for each 32 dimensions of a position.
    INT4(4);

    private final int number;

    KeyValueType(int number) {
        this.number = number;
    }

    /// How many positions a page holds: as many as a vector of 512 bits has floats.
    public static final int PAGE = 16;

    /// The widest heads that attention is computed of; the C kernels keep a tile's sums of that width on
    /// their stack.
    public static final int WIDEST = 256;

    /// {@return the bytes of one head's keys, or values, of [#PAGE] positions}
    public int pageBytes(int headDim) {
        return switch (this) {
            case F32 -> 64 * headDim;
            case F16, BF16 -> 32 * headDim;
            case INT8 -> 17 * headDim;
            case INT4 -> 9 * headDim;
        };
    }

    /// {@return the number by which the C kernels know it}
    int number() {
        return number;
    }

    /// {@return what a head's dimensions have to be a multiple of}
    public int granularity() {
        return this == INT8 || this == INT4 ? 32 : 16;
    }
}
