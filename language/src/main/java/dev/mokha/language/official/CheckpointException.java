package dev.mokha.language.official;

/// A TensorFlow checkpoint that cannot be read: damaged, or in a form that is not read here.
public final class CheckpointException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    CheckpointException(String message) {
        super(message);
    }
}
