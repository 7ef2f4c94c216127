package dev.mokha.serve.schedule;

/// Hears what a scheduler does, for metrics.
public interface Listener {
    /// Hears nothing.
    Listener NONE = new Listener() {};

    default void queued(Job job, long now) {}

    default void refused(Job job, Admission.Refused refused, long now) {}

    /// A job is in a step for the first time.
    ///
    /// @param cachedTokens of its prompt that need no computing
    default void started(Job job, int cachedTokens, long now) {}

    /// @param swapped whether its memory was copied to the host, not given up
    default void preempted(Sequence sequence, boolean swapped, long now) {}

    default void planned(StepPlan plan, long now) {}

    default void ended(Ended ended, long now) {}
}
