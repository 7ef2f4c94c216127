package dev.mokha.serve.model;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// A weighted sum of rows. Rows are copied into arrays, over which the loops are such that the JIT makes vector
/// instructions of them; each number is rounded once for its product and once for its sum, in the order of the
/// rows.
final class RowSum {
    private final float[] sum;
    private final float[] row;

    RowSum(int width) {
        this.sum = new float[width];
        this.row = new float[width];
    }

    /// Begins anew.
    void clear() {
        Arrays.fill(sum, 0);
    }

    /// Adds `weight · x`.
    void add(float weight, MemorySegment x) {
        MemorySegment.copy(x, ValueLayout.JAVA_FLOAT, 0, row, 0, row.length);
        for (int i = 0; i < row.length; i++) {
            sum[i] += weight * row[i];
        }
    }

    /// Adds the sum to a row.
    void addTo(MemorySegment out) {
        MemorySegment.copy(out, ValueLayout.JAVA_FLOAT, 0, row, 0, row.length);
        for (int i = 0; i < row.length; i++) {
            row[i] += sum[i];
        }
        MemorySegment.copy(row, 0, out, ValueLayout.JAVA_FLOAT, 0, row.length);
    }
}
