package dev.mokha.language.task;

/// Examples that cannot be read as what they claim to be. The message names file, line, value and the way
/// out.
public final class TaskDataException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public TaskDataException(String message) {
        super(message);
    }

    public TaskDataException(String message, Throwable cause) {
        super(message, cause);
    }
}
