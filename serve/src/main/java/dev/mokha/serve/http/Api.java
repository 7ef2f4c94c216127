package dev.mokha.serve.http;

import dev.mokha.serve.encode.Encoders;
import dev.mokha.serve.encode.ServedEncoder;
import dev.mokha.serve.engine.Engine;
import io.helidon.common.socket.SocketWriterException;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;

/// What is where: paths, methods, keys, and errors as answers.
final class Api implements Handler {
    private static final System.Logger LOGGER = System.getLogger(Api.class.getName());
    private static final HeaderName REQUEST_ID = HeaderNames.create("X-Request-Id");

    private final Served served;
    private final @Nullable TextApi text;
    private final EncoderApi encoders;
    private final ModelList models;
    private final Meters meters;
    private final Connections connections;
    private final ApiKeys keys;
    private final Bodies bodies;
    private volatile boolean draining;

    Api(Served served, HttpOptions options, Connections connections, Meters meters) {
        Engine engine = served.engine();
        String name = options.names().getFirst();
        Set<String> others = encoders(served);
        if (engine != null) {
            engine.adapters().list().forEach(one -> requireOther("an adapter", one.name(), others));
            options.names().forEach(one -> requireOther("a model that writes", one, others));
        }
        this.served = served;
        this.meters = meters;
        this.connections = connections;
        this.keys = new ApiKeys(options.apiKeys());
        this.bodies = new Bodies(options.bodyBytes());
        this.text = engine == null
                ? null
                : new TextApi(
                        new ServedModel(engine, served.router(), options.names()),
                        options,
                        new Metrics(engine, name, meters),
                        others);
        this.encoders = new EncoderApi(
                served.encoders(),
                engine == null ? List.of() : options.names(),
                new EncoderMetrics(served.encoders(), meters));
        this.models = new ModelList(text == null ? null : text.model(), served.encoders());
    }

    private static Set<String> encoders(Served served) {
        @Nullable Encoders all = served.encoders();
        return all == null
                ? Set.of()
                : all.all().stream().map(ServedEncoder::name).collect(Collectors.toUnmodifiableSet());
    }

    private static void requireOther(String what, String name, Set<String> encoders) {
        if (encoders.contains(name)) {
            throw new IllegalArgumentException(
                    what + " and an encoder are both called " + name + "; name one otherwise");
        }
    }

    /// Nothing is taken from now on.
    void drain() {
        draining = true;
    }

    /// {@return whether nothing was under way any more within this time}
    boolean awaitIdle(Duration patience) {
        long until = System.nanoTime() + patience.toNanos();
        while (connections.areBusy() && System.nanoTime() < until) {
            try {
                Thread.sleep(5);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return !connections.areBusy();
    }

    @Override
    public void handle(ServerRequest request, ServerResponse response) throws Exception {
        String id = request.headers()
                .first(REQUEST_ID)
                .filter(given -> given.matches("[!-~]{1,128}"))
                .orElseGet(() -> UUID.randomUUID().toString());
        response.header(REQUEST_ID, id);
        Presence presence = connections.opened();
        response.whenSent(() -> {
            presence.end(draining || closes(request));
            connections.ended(presence);
        });
        try {
            answer(request, response, new Caller(id, presence));
        } catch (GoneException | CloseConnectionException e) {
            LOGGER.log(System.Logger.Level.DEBUG, "request {0}: {1}", id, e.getMessage());
            throw leave(presence, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw leave(presence, e);
        }
    }

    private CloseConnectionException leave(Presence presence, Exception cause) {
        presence.close();
        connections.ended(presence);
        return new CloseConnectionException(cause.getMessage(), cause);
    }

    private static boolean closes(ServerRequest request) {
        return request.prologue().protocolVersion().equals("1.0")
                || request.headers().first(HeaderNames.CONNECTION).orElse("").equalsIgnoreCase("close");
    }

    private void answer(ServerRequest request, ServerResponse response, Caller caller)
            throws IOException, InterruptedException {
        try {
            route(request, response, caller);
        } catch (ApiException e) {
            Replies.error(response, e);
        } catch (GoneException | CloseConnectionException e) {
            throw e;
        } catch (UncheckedIOException | SocketWriterException e) { // nobody takes the answer
            throw new GoneException("the caller closed the connection: " + e.getMessage());
        } catch (RuntimeException e) {
            LOGGER.log(System.Logger.Level.ERROR, "request " + caller.request() + " failed", e);
            Replies.error(
                    response,
                    ApiException.of(new IllegalStateException("see its log for request " + caller.request())));
        }
    }

    private void route(ServerRequest request, ServerResponse response, Caller caller)
            throws IOException, InterruptedException {
        String path = request.path().path();
        @Nullable EncoderRoute route = EncoderRoute.of(path);
        if (path.equals("/health")) {
            Replies.method(request, response, "GET");
            health(response);
        } else if (path.equals("/metrics")) {
            Replies.method(request, response, "GET");
            response.header(HeaderNames.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")
                    .send(meters.scrape().getBytes(StandardCharsets.UTF_8));
        } else if (route != null || path.startsWith("/v1/")) {
            String tenant = keys.tenant(
                    request.headers().first(HeaderNames.AUTHORIZATION).orElse(""));
            if (route != null) {
                byte[] body = body(request, response);
                Replies.json(response, encoders.answer(route, body, caller));
            } else {
                version1(path, request, response, caller.of(tenant));
            }
        } else {
            throw nowhere(path);
        }
    }

    private void version1(String path, ServerRequest request, ServerResponse response, Caller caller)
            throws IOException, InterruptedException {
        boolean chat = path.equals("/v1/chat/completions");
        if (chat || path.equals("/v1/completions")) {
            byte[] body = body(request, response);
            if (text == null) {
                throw ApiException.of(
                        404, "model_not_found", "no model here writes text; start the server with one: MODEL");
            }
            text.answer(body, chat, caller, response);
        } else if (text != null && AdapterRoutes.handles(path)) {
            String done = text.adapt(path, body(request, response));
            response.header(HeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
                    .send(done.getBytes(StandardCharsets.UTF_8));
        } else if (ModelList.covers(path)) {
            Replies.method(request, response, "GET");
            Replies.json(response, models.at(path));
        } else {
            throw nowhere(path);
        }
    }

    private byte[] body(ServerRequest request, ServerResponse response) throws IOException {
        Replies.method(request, response, "POST");
        if (draining) {
            throw ApiException.draining();
        }
        return bodies.read(request, response);
    }

    private static ApiException nowhere(String path) {
        return ApiException.of(
                404,
                "not_found",
                "there is no " + path + " here; there are /v1/chat/completions, /v1/completions, /v1/embeddings,"
                        + " /v1/rerank, /v1/score, /classify, /v1/models, /health and /metrics");
    }

    private void health(ServerResponse response) {
        if (draining) {
            throw ApiException.draining();
        }
        Engine engine = served.engine();
        Encoders all = served.encoders();
        if ((engine != null && !engine.isAlive()) || (all != null && !all.isAlive())) {
            throw ApiException.of(500, "engine_stopped", "the engine stopped; restart the server");
        }
        Replies.json(response, JsonNodeFactory.instance.objectNode().put("status", "ok"));
    }
}
