package dev.mokha.serve.schedule;

/// How long an answer will be.
public interface Predictor {
    /// {@return new tokens of a branch, at most what the job allows}
    double newTokens(Job job);

    /// A job came to its own end.
    ///
    /// @param newTokens of a branch, on average
    default void observed(Job job, double newTokens) {}
}
