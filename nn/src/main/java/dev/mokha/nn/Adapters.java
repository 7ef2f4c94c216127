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

    /// {@return whether some of them drop part of their input in training}
    public boolean drop() {
        return byPath.values().stream().anyMatch(LoraLinear::drops);
    }

    /// Folds every adapter into its weight, for faster use.
    public void merge() {
        byPath.values().forEach(LoraLinear::merge);
    }

    /// Takes the adapters out of the weights again; the base is exactly what it was.
    public void unmerge() {
        byPath.values().forEach(LoraLinear::unmerge);
    }

    /// Switches all adapters off until the result is closed: the model is the one that was adapted. So a
    /// model is its own frozen reference.
    ///
    /// ```java
    /// try (var off = model.params().adapters().off()) {
    ///     reference = model.forward(batch);
    /// }
    /// ```
    public Off off() {
        return new Off();
    }

    /// Switches the adapters on again when it is closed.
    public final class Off implements AutoCloseable {
        private Off() {
            byPath.values().forEach(projection -> projection.on(false));
        }

        @Override
        public void close() {
            byPath.values().forEach(projection -> projection.on(true));
        }
    }
}
