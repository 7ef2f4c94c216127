package dev.mokha.knowledge.triples;

import java.nio.file.Path;

/// A file of facts that is not as its format says. The message names file, line, what was found and the
/// way out.
public final class MalformedFactsException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Path file;
    private final long line;

    public MalformedFactsException(Path file, long line, String message) {
        super(file + (line > 0 ? ", line " + line : "") + ": " + message);
        this.file = file;
        this.line = line;
    }

    public Path file() {
        return file;
    }

    /// {@return the line, counted from 1; 0 when it is not known}
    public long line() {
        return line;
    }
}
