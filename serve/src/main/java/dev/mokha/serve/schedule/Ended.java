package dev.mokha.serve.schedule;

/// A job that is over.
///
/// @param job which
/// @param reason why
/// @param account what became of it
public record Ended(Job job, Reason reason, Account account) {
    /// Why a job is over.
    public enum Reason {
        /// All its branches ended.
        DONE,
        /// The caller said so.
        CANCELLED,
        /// It waited for longer than a job may.
        QUEUE_TIMEOUT,
        /// Its deadline could not be met any more, and the policy drops such jobs.
        TOO_LATE,
        /// The server stopped.
        DRAINED
    }

    /// A job's story, in nanoseconds of the caller's clock; -1 for what never happened.
    ///
    /// @param started when it first was in a step
    /// @param cachedTokens of its prompt that did not have to be computed
    /// @param firstToken when its first new token was there
    /// @param newTokens of all branches
    /// @param lastToken when the last was there
    /// @param preemptions how often a branch gave its memory away
    public record Account(
            long started, int cachedTokens, long firstToken, int newTokens, long lastToken, int preemptions) {}
}
