package dev.mokha.serve.http;

/// Nobody is there to be answered.
final class GoneException extends RuntimeException {
    private static final long serialVersionUID = 1;

    GoneException(String message) {
        super(message);
    }
}
