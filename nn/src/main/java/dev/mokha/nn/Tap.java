package dev.mokha.nn;

import dev.mokha.tensor.Tensor;

/// A named point in a model that passes its value on, so that a [Probe] can read or replace it. Without a probe it
/// costs one check.
///
/// @param name the full path, such as `model.layers.3.self_attn.probs`
public record Tap(String name) {
    static final ScopedValue<Probe> PROBE = ScopedValue.newInstance();

    /// {@return the value, or what a bound probe puts in its place}
    /// @param value `[…]`
    public Tensor pass(Tensor value) {
        if (!PROBE.isBound()) {
            return value;
        }
        Probe probe = PROBE.get();
        return probe.wants(name) ? probe.see(name, value) : value;
    }

    /// {@return whether a bound probe wants this point: then a value that is usually never formed has to be}
    public boolean isWatched() {
        return PROBE.isBound() && PROBE.get().wants(name);
    }
}
