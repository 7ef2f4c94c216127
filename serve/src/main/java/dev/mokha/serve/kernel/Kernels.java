package dev.mokha.serve.kernel;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// The operations of a decoder's step, on memory outside the heap, for one thread at a time each: callers cut
/// work into ranges and give each range to one thread of a [Team].
///
/// Whoever computes: a row's numbers do not depend on how many other rows there are, nor on how work was cut.
/// [NativeKernels] and [VectorKernels] agree to the bit in [#productQuantized] and [#quantize].
///
/// Rows of activations are cut into tiles of 16, then 8, 4, 2 and 1, as many as fit ([#tileRows]); inside a
/// tile what belongs to the same inputs lies together.
public sealed interface Kernels permits NativeKernels, VectorKernels {
    /// What may stay in a core's own cache while rows pass by, in bytes.
    int CACHE = 640 * 1024;

    /// {@return what computes, for people}
    String describe();

    /// {@return products in bfloat16; null where those in float32 are as fast}
    @Nullable
    BfloatKernels bfloat();

    /// `out[row, n] (+)= Σ x[row, k] · w[n, k]` of a quantised matrix, for the panels `[from, to)`.
    ///
    /// @param rows how many rows `x` has
    /// @param out of the first row, of output 0
    /// @param stride floats from a row of `out` to the next
    /// @param add whether the sums start from what is there
    /// @param scratch of [#scratch] bytes; each thread its own
    void productQuantized(
            PackedMatrix w,
            int from,
            int to,
            int rows,
            Quantized x,
            MemorySegment out,
            long stride,
            boolean add,
            MemorySegment scratch);

    /// The same of a float matrix, in float32.
    ///
    /// @param x as [#tileFloat] writes it
    void productFloat(
            PackedMatrix w, int from, int to, int rows, MemorySegment x, MemorySegment out, long stride, boolean add);

    /// Rounds rows `[from, to)` of `rows` to whole numbers.
    ///
    /// @param stride floats from a row of `x` to the next
    void quantize(MemorySegment x, long stride, int rows, int inputs, int from, int to, Quantized out);

    /// Writes rows `[from, to)` of `rows` in tiles of float32, `[inputs][rows]` each.
    void tileFloat(MemorySegment x, long stride, int rows, int inputs, int from, int to, MemorySegment out);

    /// `out = x / √(mean x² + eps) · w` for each row of `n` numbers.
    void rmsNorm(
            MemorySegment x,
            long stride,
            MemorySegment w,
            float eps,
            int rows,
            int n,
            MemorySegment out,
            long outStride);

    /// `out = gate / (1 + e^−gate) · up` for each row of `n` numbers.
    void siluProduct(
            MemorySegment gate, MemorySegment up, long stride, int rows, int n, MemorySegment out, long outStride);

    /// `x += bias` for each row of `n` numbers.
    void addBias(MemorySegment x, long stride, MemorySegment bias, int rows, int n);

    /// Turns the pairs `(i, i + headDim / 2)` of each head of one row by the angles of its position.
    ///
    /// @param cosines `headDim / 2` floats
    void rotate(MemorySegment x, int heads, int headDim, MemorySegment cosines, MemorySegment sines);

    /// Stores one position's key and value of one head.
    ///
    /// @param slot the position's place in its page
    /// @param page the head's keys, its values behind them
    void store(KeyValueType type, MemorySegment key, MemorySegment value, int headDim, int slot, MemorySegment page);

    /// Causal attention of rows that follow each other in one sequence, for the key heads `[from, to)`.
    ///
    /// @param queries the first row's, `[heads · headDim]`
    /// @param stride floats from a row's queries to the next row's
    void attend(
            Attended keys,
            MemorySegment queries,
            long stride,
            MemorySegment out,
            long outStride,
            int rows,
            int from,
            int to);

    /// {@return the sum of the 64-bit numbers, over whole 256 bytes: to measure how fast memory is read}
    long sum(MemorySegment memory);

    /// Where a layer's keys and values of one sequence are, and which of them a row sees.
    ///
    /// @param pool the layer's first head in block 0
    /// @param blockBytes from a block to the next
    /// @param headBytes from a head's pages to the next head's
    /// @param table the sequence's blocks as 32-bit integers, 16 positions each; negative where nothing is kept
    /// @param position of the first row
    /// @param group query heads of each key head
    /// @param window how many positions a row sees, itself included; 0 for all
    /// @param sinks which first positions every row sees in spite of the window
    /// @param scale multiplies the products, usually `1 / √headDim`
    record Attended(
            KeyValueType type,
            MemorySegment pool,
            long blockBytes,
            long headBytes,
            MemorySegment table,
            long position,
            int headDim,
            int group,
            int window,
            Sinks sinks,
            float scale) {}

    /// {@return the bytes of scratch that products with so many inputs need: a few panels, as they lie best}
    static long scratch(int inputs) {
        return Math.max(CACHE, 3L * inputs / 32 * (512 + 128));
    }

    /// The first positions of a sequence, which every row sees in spite of its window.
    ///
    /// @param count how many, at most a page
    /// @param queries the first row's as they meet those positions, turned as far as they are apart in the
    ///     cache; laid out as the others
    record Sinks(int count, MemorySegment queries) {
        /// Only the window is seen.
        public static final Sinks NONE = new Sinks(0, MemorySegment.NULL);

        public Sinks {
            if (count < 0 || count > KeyValueType.PAGE) {
                throw new IllegalArgumentException("sinks are 0 to " + KeyValueType.PAGE + " positions, not " + count);
            }
        }
    }

    /// {@return how many rows the next tile has when so many are left}
    static int tileRows(int left) {
        return Math.min(16, Integer.highestOneBit(left));
    }
}
