package dev.mokha.tensor;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A safetensors file or folder that cannot be read or written: the message names the file, the tensor where there is
/// one, the value found and what was expected.
public final class SafetensorsException extends RuntimeException {
    private static final int LONGEST_NAME = 160;

    SafetensorsException(Path file, String problem) {
        this(file, problem, null);
    }

    SafetensorsException(Path file, String problem, @Nullable Throwable cause) {
        super(file + ": " + problem, cause);
    }

    /// {@return a name from a foreign file, quoted, shortened and without control characters}
    static String quoted(String name) {
        var text = new StringBuilder("'");
        int shown = Math.min(name.length(), LONGEST_NAME);
        for (int i = 0; i < shown; i++) {
            char c = name.charAt(i);
            text.append(Character.isISOControl(c) ? '\uFFFD' : c);
        }
        return text.append(shown < name.length() ? "…'" : "'").toString();
    }
}
