package dev.mokha.bench;

import dev.mokha.serve.engine.Engine;
import dev.mokha.serve.engine.Reader;
import dev.mokha.serve.engine.Request;
import java.util.concurrent.CompletableFuture;

/// A request to an engine, and what it took once it is done.
final class Submitted implements Reader {
    private final CompletableFuture<Usage> usage = new CompletableFuture<>();

    private Submitted() {}

    static Submitted to(Engine engine, Request request) {
        var submitted = new Submitted();
        engine.submit(request, submitted);
        return submitted;
    }

    @Override
    public void done(Usage result) {
        usage.complete(result);
    }

    @Override
    public void failed(RuntimeException cause) {
        usage.completeExceptionally(cause);
    }

    /// {@return what it took}
    Usage await() {
        return usage.join();
    }
}
