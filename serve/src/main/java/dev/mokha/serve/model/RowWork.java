package dev.mokha.serve.model;

import dev.mokha.serve.kernel.Kernels;
import dev.mokha.serve.kernel.Team;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// What is done to each row of a step for itself, some rows at a time by each thread.
record RowWork(Kernels kernels, Team team, float eps) {
    /// Does something to rows `[from, to)`.
    interface Range {
        void of(int from, int to);
    }

    void each(int count, Range work) {
        int each = count < 64 ? 8 : 16; // of many as many as a page has, so that two threads do not write to one
        team.run((count + each - 1) / each, (part, _) -> {
            int from = part * each;
            work.of(from, Math.min(from + each, count));
        });
    }

    /// Writes the rows' norms.
    ///
    /// @param x `[count][width]`, as `out`
    void norm(MemorySegment x, MemorySegment weight, int count, int width, MemorySegment out) {
        each(
                count,
                (from, to) -> kernels.rmsNorm(
                        row(x, from, width), width, weight, eps, to - from, width, row(out, from, width), width));
    }

    /// Adds a bias, where there is one, to the first `width` numbers of each row.
    ///
    /// @param stride floats from a row to the next
    void addBias(MemorySegment x, long stride, @Nullable MemorySegment bias, int count, int width) {
        if (bias != null) {
            each(count, (from, to) -> kernels.addBias(row(x, from, stride), stride, bias, to - from, width));
        }
    }

    /// Makes `silu(gate) · up` of rows that hold both, gate first, `width` numbers each, in place of the gate.
    void siluProduct(MemorySegment gateUp, int count, int width) {
        MemorySegment up = gateUp.asSlice(4L * width);
        each(
                count,
                (from, to) -> kernels.siluProduct(
                        row(gateUp, from, 2L * width),
                        row(up, from, 2L * width),
                        2L * width,
                        to - from,
                        width,
                        row(gateUp, from, 2L * width),
                        2L * width));
    }

    /// {@return rows from one on, of `width` floats each}
    static MemorySegment row(MemorySegment rows, int row, long width) {
        return rows.asSlice(4L * row * width);
    }
}
