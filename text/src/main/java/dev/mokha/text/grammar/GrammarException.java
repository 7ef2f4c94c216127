package dev.mokha.text.grammar;

import java.util.Objects;

/// A grammar that cannot be used: it names the place, what is wrong there and, where there is one, the way out.
public final class GrammarException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /// With this message.
    public GrammarException(String message) {
        super(message);
    }

    /// With this message and cause.
    public GrammarException(String message, Throwable cause) {
        super(message, cause);
    }

    /// {@return what is wrong and where}
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
