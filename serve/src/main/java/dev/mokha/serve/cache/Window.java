package dev.mokha.serve.cache;

/// Which positions a model still sees: of the one it computes, the last `positions` with itself, and the first
/// `sinks` of the sequence ([Xiao et al. 2024](https://arxiv.org/abs/2309.17453)).
///
/// @param positions as the checkpoint's `sliding_window`, where every layer has it
/// @param sinks that are always seen; 0 in a model with plain sliding windows
public record Window(int positions, int sinks) {
    /// Every position is seen.
    public static final Window ALL = new Window(Integer.MAX_VALUE, 0);

    public Window {
        if (positions < 1 || sinks < 0) {
            throw new IllegalArgumentException(
                    "a window sees at least one position and no negative number of sinks, not " + positions + " and "
                            + sinks);
        }
    }

    /// {@return whether a block is seen by position `next` or a later one}
    ///
    /// @param block its index in the sequence
    public boolean sees(int block, int blockSize, int next) {
        long last = (block + 1L) * blockSize - 1;
        return last > (long) next - positions || (long) block * blockSize < sinks;
    }
}
