package dev.mokha.serve.simulate;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/// How times are spread, in seconds: by rank, without interpolation. All NaN where there were none.
public record Latency(double mean, double p50, double p95, double p99) {
    static Latency of(double[] seconds) {
        double[] sorted = seconds.clone();
        Arrays.sort(sorted);
        double mean = Arrays.stream(sorted).average().orElse(Double.NaN);
        return new Latency(mean, at(sorted, 0.5), at(sorted, 0.95), at(sorted, 0.99));
    }

    /// The least time that so large a part of all does not exceed.
    private static double at(double[] sorted, double part) {
        return sorted.length == 0 ? Double.NaN : sorted[Math.max(0, (int) Math.ceil(part * sorted.length) - 1)];
    }

    /// {@return the figures by name, null for none}
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        if (!Double.isNaN(mean)) {
            map.put("mean", mean);
            map.put("p50", p50);
            map.put("p95", p95);
            map.put("p99", p99);
        }
        return map;
    }
}
