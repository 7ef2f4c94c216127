package dev.mokha.serve.schedule;

/// How much may wait.
///
/// @param requests that have not begun
/// @param promptTokens of all their prompts
/// @param timeoutNanos after which one that has not begun is ended; `Long.MAX_VALUE` for never
public record QueueLimits(int requests, long promptTokens, long timeoutNanos) {
    /// 1,024 requests of a million prompt tokens together, without a timeout.
    public static final QueueLimits DEFAULT = new QueueLimits(1024, 1 << 20, Long.MAX_VALUE);

    public QueueLimits {
        if (requests < 1 || promptTokens < 1 || timeoutNanos < 1) {
            throw new IllegalArgumentException("a queue holds at least one request of one token for a nanosecond, not "
                    + requests + ", " + promptTokens + " and " + timeoutNanos);
        }
    }
}
