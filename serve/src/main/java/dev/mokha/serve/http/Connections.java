package dev.mokha.serve.http;

import io.helidon.http.Headers;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1ConnectionListener;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The connections whose requests are being answered, or were and may bring another.
final class Connections implements Http1ConnectionListener {
    /// Each connection has a thread, which reads a request's headers and then handles it.
    private static final ThreadLocal<ConnectionContext> CONNECTION = new ThreadLocal<>();

    private final Set<Presence> open = ConcurrentHashMap.newKeySet();

    @Override
    public void headers(ConnectionContext connection, Headers headers) {
        CONNECTION.set(connection);
    }

    /// {@return that of the request which this thread handles}
    Presence opened() {
        var presence = new Presence(
                Objects.requireNonNull(CONNECTION.get(), "no connection").dataReader());
        open.add(presence);
        return presence;
    }

    void ended(Presence presence) {
        open.remove(presence);
    }

    /// {@return whether requests are being answered}
    boolean areBusy() {
        return !open.stream().allMatch(Presence::isAnswered);
    }

    /// Closes those that are watched.
    void close() {
        open.forEach(Presence::close);
    }
}
