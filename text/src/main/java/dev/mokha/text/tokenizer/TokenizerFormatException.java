package dev.mokha.text.tokenizer;

/// A tokenizer file that cannot be used: it names the file, the place in it, what is wrong and what would be right.
public final class TokenizerFormatException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /// With this message.
    public TokenizerFormatException(String message) {
        super(message);
    }

    /// With this message and cause.
    public TokenizerFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
