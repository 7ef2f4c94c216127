package dev.mokha.serve.engine;

import dev.mokha.serve.kernel.KeyValueType;
import dev.mokha.serve.kernel.WeightType;
import dev.mokha.serve.model.Footprint;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What an engine computes with, and in how much memory.
///
/// @param kernels what computes, for people
/// @param memory of the model
/// @param keyValues how keys and values are kept
/// @param keyValueBytes memory for them
/// @param blocks of 16 positions in it
/// @param loss what reading has changed in the weights, for people; null for nothing
public record EngineFacts(
        String kernels,
        int threads,
        Footprint memory,
        KeyValueType keyValues,
        long keyValueBytes,
        int blocks,
        @Nullable String loss) {
    private static final double MIB = 1 << 20;

    /// {@return the memory, for people}
    public String describeMemory() {
        Map<WeightType, Long> types = memory.matrices();
        String weights = types.entrySet().stream()
                .map(type -> types.size() == 1 ? type.getKey().name() : type.getKey() + " " + mib(type.getValue()))
                .collect(Collectors.joining(", "));
        return mib(memory.weights()) + " MiB of weights (" + weights + "), " + mib(keyValueBytes)
                + " MiB of keys and values (" + keyValues + ", " + blocks + " blocks of 16 positions), "
                + mib(memory.beside()) + " MiB beside";
    }

    private static String mib(long bytes) {
        return String.format(Locale.ROOT, bytes < 10 * MIB ? "%.1f" : "%.0f", bytes / MIB);
    }
}
