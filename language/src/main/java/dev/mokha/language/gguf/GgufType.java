package dev.mokha.language.gguf;

/// How numbers are stored: by themselves, or in blocks that share a scale.
///
/// In the quantised types a block of 32 numbers has one scale `d` (and, ending in 1, one offset `m`); in
/// those that end in K a block of 256 has scales of its parts, themselves quantised. See [Blocks] for each
/// formula.
public enum GgufType {
    F32(0, 1, 4),
    F16(1, 1, 2),
    Q4_0(2, 32, 18),
    Q4_1(3, 32, 20),
    Q5_0(6, 32, 22),
    Q5_1(7, 32, 24),
    Q8_0(8, 32, 34),
    Q4_K(12, 256, 144),
    Q5_K(13, 256, 176),
    Q6_K(14, 256, 210),
    BF16(30, 1, 2);

    private final int number;
    private final int block;
    private final int bytes;

    GgufType(int number, int block, int bytes) {
        this.number = number;
        this.block = block;
        this.bytes = bytes;
    }

    /// {@return the number that stands for the type in files}
    public int number() {
        return number;
    }

    /// {@return how many numbers a block has}
    public int block() {
        return block;
    }

    /// {@return how many bytes a block has}
    public int bytes() {
        return bytes;
    }

    /// {@return how many bytes so many numbers take}
    /// @throws ArithmeticException beyond the largest long
    public long bytes(long count) {
        return Math.multiplyExact(count / block, (long) bytes);
    }

    /// {@return whether numbers are rounded to a few levels}
    public boolean isQuantized() {
        return block > 1;
    }
}
