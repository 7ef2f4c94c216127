package dev.mokha.bench;

import java.util.Arrays;

/// Durations and their quantiles.
final class Times {
    private long[] nanos = new long[1_024];
    private int size;

    void add(long value) {
        if (size == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * size);
        }
        nanos[size++] = value;
    }

    @Override
    public String toString() {
        if (size == 0) {
            return "none";
        }
        long[] sorted = Arrays.copyOf(nanos, size);
        Arrays.sort(sorted);
        double mean = Arrays.stream(sorted).average().orElse(0);
        return "n %,d, mean %.1f, median %.1f, p90 %.1f, p99 %.1f, p99.9 %.1f, most %.1f"
                .formatted(
                        size,
                        mean / 1e3,
                        sorted[size / 2] / 1e3,
                        sorted[(int) (size * 0.9)] / 1e3,
                        sorted[(int) (size * 0.99)] / 1e3,
                        sorted[(int) (size * 0.999)] / 1e3,
                        sorted[size - 1] / 1e3);
    }
}
