package dev.mokha.serve.engine;

import dev.mokha.serve.schedule.StepShape;

/// Hears how long an engine's steps take, on the engine's thread, which waits for it.
@FunctionalInterface
public interface StepWatch {
    /// Hears nothing.
    StepWatch NONE = (_, _) -> {};

    /// @param shape what the step computed
    /// @param nanos how long it took, with its planning and the choice of tokens
    void step(StepShape shape, long nanos);
}
