package dev.mokha.serve.schedule;

/// How long a step takes.
@FunctionalInterface
public interface CostModel {
    /// {@return nanoseconds; more of anything in a step never takes less}
    long nanos(StepShape step);
}
