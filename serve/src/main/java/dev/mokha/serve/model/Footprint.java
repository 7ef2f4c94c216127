package dev.mokha.serve.model;

import dev.mokha.serve.kernel.WeightType;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/// The memory that a packed model takes, outside the Java heap.
///
/// @param matrices bytes of the matrices, by type
/// @param beside bytes of all else: vectors, rotary angles, and what a step computes in
public record Footprint(Map<WeightType, Long> matrices, long beside) {
    public Footprint {
        var ordered = new EnumMap<WeightType, Long>(WeightType.class);
        ordered.putAll(matrices);
        matrices = Collections.unmodifiableMap(ordered);
    }

    /// {@return bytes of the matrices}
    public long weights() {
        return matrices.values().stream().mapToLong(Long::longValue).sum();
    }
}
