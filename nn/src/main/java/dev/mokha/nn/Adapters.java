package dev.mokha.nn;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// The adapted projections of a tree, by path.
public final class Adapters {
    private final Map<String, LoraLinear> byPath = new LinkedHashMap<>();

    Adapters() {}

    void add(String path, LoraLinear projection) {
        byPath.put(path, projection);
    }

    /// {@return the adapted projections by full path, such as `model.layers.0.self_attn.q_proj`}
    public Map<String, LoraLinear> byPath() {
        return Collections.unmodifiableMap(byPath);
    }

    /// Folds every adapter into its weight, for faster use.
    public void merge() {
        byPath.values().forEach(LoraLinear::merge);
    }

    /// Takes the adapters out of the weights again; the base is exactly what it was.
    public void unmerge() {
        byPath.values().forEach(LoraLinear::unmerge);
    }
}
