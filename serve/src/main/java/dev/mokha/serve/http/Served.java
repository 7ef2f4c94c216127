package dev.mokha.serve.http;

import dev.mokha.serve.encode.Encoders;
import dev.mokha.serve.engine.Engine;
import dev.mokha.serve.engine.Router;
import org.jspecify.annotations.Nullable;

/// What a server has to offer. Its owner closes it, after the server.
///
/// @param engine writes text; null for none
/// @param router where requests to it go first, such as to a [dev.mokha.serve.engine.Cascade]'s small engine
/// @param encoders give vectors, classes and scores; null for none
public record Served(
        @Nullable Engine engine, Router router, @Nullable Encoders encoders) {
    public Served {
        if (engine == null && encoders == null) {
            throw new IllegalArgumentException("a server has a model that writes, or encoders, or both");
        }
    }
}
