package dev.mokha.serve.kernel;

import java.lang.foreign.MemorySegment;

/// Products of bfloat16 added in float32, where the processor has instructions for them: twice as fast as
/// float32.
public interface BfloatKernels {
    /// `out[row, n] (+)= Σ x[row, k] · w[n, k]` of a matrix of any type but F32, for the panels `[from, to)`.
    ///
    /// @param x as [#tileBfloat] writes it
    /// @param add whether the sums start from what is there
    /// @param scratch of [Kernels#scratch] bytes; each thread its own
    void productBfloat(
            PackedMatrix w,
            int from,
            int to,
            int rows,
            MemorySegment x,
            MemorySegment out,
            long stride,
            boolean add,
            MemorySegment scratch);

    /// As [Kernels#attend], queries, keys, values and weights rounded to bfloat16; sums are in float32.
    ///
    /// @param scratch of [#attentionScratch] bytes; each thread its own
    void attendBfloat(
            Kernels.Attended keys,
            MemorySegment queries,
            long stride,
            MemorySegment out,
            long outStride,
            int rows,
            int from,
            int to,
            MemorySegment scratch);

    /// {@return the bytes of scratch that attention of so many rows needs}
    ///
    /// @param group query heads of each key head
    static long attentionScratch(int rows, int headDim, int group) {
        long chunk = 128;
        long tiles = ((long) rows * group + 15) / 16;
        return 4 * chunk * headDim + 6 * 16 * chunk + tiles * (2048 + 96L * headDim);
    }

    /// Writes rows `[from, to)` of `rows` in tiles of bfloat16, `[inputs / 2][rows][2]` each.
    void tileBfloat(MemorySegment x, long stride, int rows, int inputs, int from, int to, MemorySegment out);
}
