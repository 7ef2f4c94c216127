package dev.mokha.serve.model;

/// An option of an engine that does not suit the model, such as a context beyond its own.
public final class UnfitOptionException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    public UnfitOptionException(String message) {
        super(message);
    }
}
