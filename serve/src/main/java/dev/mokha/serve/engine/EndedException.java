package dev.mokha.serve.engine;

import dev.mokha.serve.schedule.Ended;

/// A request that was ended before its answers were.
public final class EndedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Ended.Reason reason;

    public EndedException(Ended.Reason reason) {
        super(
                switch (reason) {
                    case DONE -> "the request is done";
                    case CANCELLED -> "the request was cancelled";
                    case QUEUE_TIMEOUT -> "the request waited for longer than requests may";
                    case TOO_LATE -> "the request's first token could not come in time any more";
                    case DRAINED -> "the server stopped before the answer was complete";
                });
        this.reason = reason;
    }

    /// {@return why}
    public Ended.Reason reason() {
        return reason;
    }
}
