package dev.mokha.serve.schedule;

/// The answer to a request, before any work is done for it.
public sealed interface Admission {
    /// It waits or runs from now on.
    record Accepted() implements Admission {}

    /// It does not.
    ///
    /// @param reason why
    /// @param retryAfterNanos when trying again has a chance, by the throughput measured so far;
    ///     `Long.MAX_VALUE` for never
    record Refused(Reason reason, long retryAfterNanos) implements Admission {
        /// {@return whole seconds for HTTP's `Retry-After`, at least 1}
        public long retryAfterSeconds() {
            return Math.max(1, Math.ceilDiv(retryAfterNanos, 1_000_000_000L));
        }
    }

    /// Why not.
    enum Reason {
        /// As many wait as may.
        QUEUE_FULL,
        /// The prompts that wait have as many tokens as may.
        QUEUED_TOKENS_FULL,
        /// It would not fit with all memory to itself, or asks for more samples than may run.
        TOO_LARGE,
        /// A job of this id lives.
        DUPLICATE,
        /// The server is about to stop.
        DRAINING
    }
}
