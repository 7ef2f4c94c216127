package dev.mokha.language.gguf;

import java.nio.file.Path;

/// A GGUF file that cannot be used; the message names it.
public final class GgufException extends IllegalArgumentException {
    GgufException(Path file, String reason) {
        super(file + " " + reason);
    }

    GgufException(Path file, String reason, Throwable cause) {
        super(file + " " + reason, cause);
    }
}
