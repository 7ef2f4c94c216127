package dev.mokha.language.pretrain;

/// A training forgot more than its [Retention] allows, and stopped.
public final class RetentionException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public RetentionException(String message) {
        super(message);
    }
}
