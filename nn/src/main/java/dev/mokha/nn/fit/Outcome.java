package dev.mokha.nn.fit;

/// How a fit ended.
public enum Outcome {
    /// All steps were taken.
    FINISHED,
    /// Someone raised the [StopSignal]; running again resumes.
    STOPPED,
    /// The time budget was spent; running again with a larger one resumes.
    BUDGET_SPENT,
    /// The held-out score has not improved for as many evaluations as patience allows.
    NO_LONGER_IMPROVING,
    /// The alarm rang and its reaction was to stop, or rolling back did not help.
    DIVERGED
}
