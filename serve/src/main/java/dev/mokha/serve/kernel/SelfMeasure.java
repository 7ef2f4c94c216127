package dev.mokha.serve.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Locale;

/// How fast a machine's memory and kernels are, measured in a fraction of a second on a model's own weights. A row at
/// a time is bound by memory: the share of the memory's speed that a product reaches tells how good it is.
///
/// @param type of the weights
/// @param read bytes a second by reading alone
/// @param oneRow bytes of weights a second in the product with one row
/// @param manyRows operations a second, a multiplication and an addition counted as two, in the product with 64 rows
public record SelfMeasure(WeightType type, double read, double oneRow, double manyRows) {
    private static final int ROWS = 64;
    private static final int TIMES = 5;

    /// Measures.
    ///
    /// @param weights large enough that no cache holds them
    public static SelfMeasure of(Kernels kernels, Team team, Arithmetic arithmetic, PackedMatrix weights) {
        double bytes = weights.data().byteSize();
        int parts = 8 * team.threads();
        double read = fastest(() -> team.run(parts, (part, _) -> {
            long from = weights.data().byteSize() / parts * part;
            kernels.sum(weights.data().asSlice(from, weights.data().byteSize() / parts));
        }));
        try (var arena = Arena.ofShared()) {
            var activations = new Activations(kernels, team, arithmetic, ROWS, weights.inputs(), arena);
            MemorySegment x = arena.allocate(4L * ROWS * weights.inputs(), 64);
            long stride = 16L * weights.panels();
            MemorySegment out = arena.allocate(4L * ROWS * stride, 64);
            double one = fastest(() -> multiply(activations, weights, x, out, stride, 1, 1));
            double many = fastest(() -> multiply(activations, weights, x, out, stride, ROWS, 0));
            double operations = 2.0 * ROWS * weights.inputs() * weights.outputs();
            return new SelfMeasure(weights.type(), bytes / read, bytes / one, operations / many);
        }
    }

    private static void multiply(
            Activations activations,
            PackedMatrix w,
            MemorySegment x,
            MemorySegment out,
            long stride,
            int rows,
            int exact) {
        activations.take(x, w.inputs(), rows, exact, w.inputs());
        activations.multiply(new Activations.Product(w, out, stride, false));
    }

    /// {@return the seconds of the fastest of a few}
    private static double fastest(Runnable work) {
        long best = Long.MAX_VALUE;
        for (int i = 0; i < TIMES; i++) {
            long begin = System.nanoTime();
            work.run();
            best = Math.min(best, System.nanoTime() - begin);
        }
        return best / 1e9;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "memory %.1f GB/s; %s one row %.1f GB/s (%.0f %%), many rows %.0f Gop/s",
                read / 1e9,
                type,
                oneRow / 1e9,
                100 * oneRow / read,
                manyRows / 1e9);
    }
}
