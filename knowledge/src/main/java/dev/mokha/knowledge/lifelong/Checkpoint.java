package dev.mokha.knowledge.lifelong;

import java.util.Map;
import java.util.TreeMap;

/// Everything that training on a snapshot needs to go on from the beginning of an epoch as if it had not
/// stopped, beside the [State] from before the snapshot.
///
/// @param snapshot the number of the snapshot
/// @param epoch the epoch that comes next
/// @param arrays numbers by name: tables as [dev.mokha.knowledge.embed.Table#values], the optimiser's
///     moments
public record Checkpoint(int snapshot, int epoch, Map<String, double[]> arrays) {

    public Checkpoint {
        arrays = Map.copyOf(arrays);
    }

    /// {@return copies of arrays, each under a prefix and its name}
    static Map<String, double[]> copies(String prefix, Map<String, double[]> live) {
        var copies = new TreeMap<String, double[]>();
        live.forEach((name, array) -> copies.put(prefix + name, array.clone()));
        return copies;
    }

    /// Writes kept arrays over live ones.
    ///
    /// @throws IllegalArgumentException where an array is missing or of another length: of other settings,
    ///     another method or another graph
    void restore(String prefix, Map<String, double[]> live) {
        live.forEach((name, array) -> {
            double[] kept = arrays.get(prefix + name);
            if (kept == null || kept.length != array.length) {
                throw new IllegalArgumentException(
                        "the checkpoint of snapshot %d has %s numbers in '%s', not %d: it is of other settings or another graph; learn the snapshot from its beginning"
                                .formatted(snapshot, kept == null ? "no" : kept.length, prefix + name, array.length));
            }
            System.arraycopy(kept, 0, array, 0, array.length);
        });
    }
}
