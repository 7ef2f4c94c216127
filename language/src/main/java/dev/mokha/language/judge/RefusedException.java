package dev.mokha.language.judge;

/// The judge will not answer this one prompt, such as one that is longer than its context. Others it may.
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public RefusedException(String message) {
        super(message);
    }
}
