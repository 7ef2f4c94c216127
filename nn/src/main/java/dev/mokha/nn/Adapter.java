package dev.mokha.nn;

/// A policy of [Params] that changes what a projection is, so that models never mention it.
public sealed interface Adapter permits LoRA, Int8 {
    /// {@return whether the projection with this full path is to be adapted}
    boolean covers(String path);

    /// {@return the projection in place of `base`}
    /// @param params at the projection's own path
    Projection adapt(Linear base, Params params);
}
