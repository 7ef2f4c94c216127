package dev.mokha.knowledge.store;

import org.jspecify.annotations.Nullable;

/// What went wrong with a store, and the way out.
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public StoreException(String message) {
        super(message);
    }

    StoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
