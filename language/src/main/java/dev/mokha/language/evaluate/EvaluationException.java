package dev.mokha.language.evaluate;

/// A task file, its data or an earlier result cannot be used as what it claims to be. The message names the
/// file, the value and the way out.
public final class EvaluationException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public EvaluationException(String message) {
        super(message);
    }

    public EvaluationException(String message, Throwable cause) {
        super(message, cause);
    }
}
