package dev.mokha.language.task;

import java.nio.file.Path;

/// Where an example stands: what an error about it begins with.
///
/// @param line from 1; that on which the example begins
public record Place(Path file, long line) {
    /// {@return an error about what stands here}
    public TaskDataException error(String message) {
        return new TaskDataException(this + ": " + message);
    }

    @Override
    public String toString() {
        return file + ", line " + line;
    }
}
