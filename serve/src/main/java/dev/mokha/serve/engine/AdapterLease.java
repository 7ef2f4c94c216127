package dev.mokha.serve.engine;

import dev.mokha.serve.adapter.Adapter;

/// An adapter while a request has it: it stays in memory until this is closed.
final class AdapterLease implements AutoCloseable {
    private final Adapters adapters;
    private final Adapters.Held held;
    private boolean begun;
    private boolean closed;

    AdapterLease(Adapters adapters, Adapters.Held held) {
        this.adapters = adapters;
        this.held = held;
    }

    /// {@return what names the adapter among all that ever were}
    String id() {
        return held.id;
    }

    /// {@return the adapter, for a step of the request}
    Adapter use() {
        if (!begun) {
            begun = true;
            adapters.begin(held);
        }
        return held.adapter();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            adapters.release(held, begun);
        }
    }
}
