package dev.mokha.serve.http;

import dev.mokha.serve.encode.Encoders;
import dev.mokha.serve.engine.Engine;
import dev.mokha.serve.engine.Router;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http1.Http1Config;
import java.time.Duration;

/// An engine, encoders, or both over HTTP, on virtual threads.
///
/// ```java
/// try (var engine = Engine.open(path, EngineOptions.DEFAULT);
///         var server = HttpServer.start(engine, HttpOptions.local(8080, "model"))) {
///     …
/// }
/// ```
public final class HttpServer implements AutoCloseable {
    private final Served served;
    private final Meters meters = new Meters();
    private final Connections connections = new Connections();
    private final Api api;
    private final WebServer server;

    private HttpServer(Served served, HttpOptions options) {
        this.served = served;
        this.api = new Api(served, options, connections, meters);
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

    /// Starts a server of an engine alone; as [#start(Served, HttpOptions)].
    public static HttpServer start(Engine engine, HttpOptions options) {
        return start(engine, Router.STRAIGHT, options);
    }

    /// Starts a server whose requests may go elsewhere first; as [#start(Served, HttpOptions)].
    public static HttpServer start(Engine engine, Router router, HttpOptions options) {
        return start(new Served(engine, router, null), options);
    }

    /// Starts a server.
    ///
    /// @throws IllegalStateException when it cannot listen there
    public static HttpServer start(Served served, HttpOptions options) {
        var http = new HttpServer(served, options);
        try {
            http.server.start();
        } catch (RuntimeException e) {
            http.meters.close();
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
        long until = System.nanoTime() + patience.toNanos();
        Engine engine = served.engine();
        Encoders encoders = served.encoders();
        boolean all = engine == null || engine.drain(patience);
        all &= encoders == null || encoders.drain(Duration.ofNanos(Math.max(0, until - System.nanoTime())));
        return api.awaitIdle(Duration.ofSeconds(2)) && all;
    }

    /// Closes all connections at once. The engine stays.
    @Override
    public void close() {
        api.drain();
        connections.close();
        server.stop();
        meters.close();
    }
}
