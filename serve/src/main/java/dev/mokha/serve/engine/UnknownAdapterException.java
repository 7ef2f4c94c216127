package dev.mokha.serve.engine;

import java.util.Collection;

/// A request for an adapter that is not loaded.
public final class UnknownAdapterException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    UnknownAdapterException(String name, Collection<String> known) {
        super("there is no adapter '" + name + "'; "
                + (known.isEmpty() ? "none is loaded" : "there is " + String.join(", ", known)));
    }
}
