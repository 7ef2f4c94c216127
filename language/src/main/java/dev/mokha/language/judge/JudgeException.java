package dev.mokha.language.judge;

import org.jspecify.annotations.Nullable;

/// Questions, answers or a template cannot be used, or the judge cannot be asked. The message names the
/// thing, the value and the way out, and never the key.
public final class JudgeException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public JudgeException(String message) {
        super(message);
    }

    public JudgeException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
