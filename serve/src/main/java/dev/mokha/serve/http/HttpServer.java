package dev.mokha.serve.http;

import dev.mokha.serve.engine.Engine;
import dev.mokha.serve.engine.Router;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http1.Http1Config;
import java.time.Duration;

/// An engine over HTTP, on virtual threads.
///
/// ```java
/// try (var engine = Engine.open(path, EngineOptions.DEFAULT);
///         var server = HttpServer.start(engine, HttpOptions.local(8080, "model"))) {
///     …
/// }
/// ```
public final class HttpServer implements AutoCloseable {
    private final Engine engine;
    private final Metrics metrics;
    private final Connections connections = new Connections();
    private final Api api;
    private final WebServer server;

    private HttpServer(Engine engine, Router router, HttpOptions options) {
        this.engine = engine;
        this.metrics = new Metrics(engine, options.names().getFirst());
        this.api = new Api(new ServedModel(engine, router, options.names()), options, metrics, connections);
        this.server = WebServer.builder()
                .host(options.host())
                .port(options.port())
                .shutdownHook(false) // who started us says when to stop
                .connectionOptions(socket -> socket.tcpNoDelay(true)) // a token is a packet
                .protocolsDiscoverServices(false)
                .addProtocol(
                        Http1Config.builder().addReceiveListener(connections).build())
                .routing(routing -> routing.any(api))
                .build();
    }

    /// Starts a server.
    ///
    /// @throws IllegalStateException when it cannot listen there
    public static HttpServer start(Engine engine, HttpOptions options) {
        return start(engine, Router.STRAIGHT, options);
    }

    /// Starts a server whose requests may go elsewhere first, such as to a [Cascade]'s small engine.
    ///
    /// @throws IllegalStateException when it cannot listen there
    public static HttpServer start(Engine engine, Router router, HttpOptions options) {
        var http = new HttpServer(engine, router, options);
        try {
            http.server.start();
        } catch (RuntimeException e) {
            http.metrics.close();
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IllegalStateException(
                    "cannot listen on " + options.host() + ":" + options.port() + ": " + cause.getMessage()
                            + "; name another --port, or 0 for any",
                    e);
        }
        return http;
    }

    /// {@return the port on which it listens}
    public int port() {
        return server.port();
    }

    /// Takes no more requests, says so on `/health`, and finishes those that are there.
    ///
    /// @param patience after which the rest is ended
    /// @return whether all were finished
    public boolean drain(Duration patience) {
        api.drain();
        boolean all = engine.drain(patience);
        return api.awaitIdle(Duration.ofSeconds(2)) && all;
    }

    /// Closes all connections at once. The engine stays.
    @Override
    public void close() {
        api.drain();
        connections.close();
        server.stop();
        metrics.close();
    }
}
