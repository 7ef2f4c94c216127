package dev.mokha.serve.engine;

import dev.mokha.serve.schedule.Admission;

/// A request that was not taken, before any work was done for it.
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Admission.Reason reason;
    private final long retryAfterSeconds;

    public RefusedException(Admission.Refused refused) {
        super(message(refused));
        this.reason = refused.reason();
        this.retryAfterSeconds = refused.retryAfterSeconds();
    }

    private static String message(Admission.Refused refused) {
        return switch (refused.reason()) {
            case QUEUE_FULL, QUEUED_TOKENS_FULL ->
                "too many requests wait; try again in " + refused.retryAfterSeconds() + " s";
            case TOO_LARGE ->
                "prompt and answer do not fit the memory for keys and values, or more answers are asked for than can"
                        + " run; ask for less, or give the server more (--kv-memory)";
            case DUPLICATE -> "a request of this id is being answered";
            case DRAINING -> "the server is about to stop";
        };
    }

    /// {@return why}
    public Admission.Reason reason() {
        return reason;
    }

    /// {@return when trying again has a chance}
    public long retryAfterSeconds() {
        return retryAfterSeconds;
    }
}
