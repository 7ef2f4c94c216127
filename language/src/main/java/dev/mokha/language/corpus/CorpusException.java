package dev.mokha.language.corpus;

/// A file of text that cannot be read as what it claims to be. The message names file, line and way out.
public final class CorpusException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public CorpusException(String message) {
        super(message);
    }

    public CorpusException(String message, Throwable cause) {
        super(message, cause);
    }
}
