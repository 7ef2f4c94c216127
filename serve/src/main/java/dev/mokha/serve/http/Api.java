package dev.mokha.serve.http;

import dev.mokha.serve.engine.Engine;
import io.helidon.common.socket.SocketWriterException;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What is where: paths, methods, keys, and errors as answers.
final class Api implements Handler {
    private static final System.Logger LOGGER = System.getLogger(Api.class.getName());
    private static final HeaderName REQUEST_ID = HeaderNames.create("X-Request-Id");
    private static final String MODELS = "/v1/models";
    private static final long MOST_READ_AWAY = 64L << 20;

    /// About so many bytes of a body are a token: few, so that the estimate is rather too large.
    private static final int BYTES_A_TOKEN = 4;

    private final ServedModel model;
    private final HttpOptions options;
    private final Metrics metrics;
    private final Connections connections;
    private final ApiKeys keys;
    private final AskedReader reader;
    private final AdapterRoutes adapters;
    private volatile boolean draining;

    Api(ServedModel model, HttpOptions options, Metrics metrics, Connections connections) {
        this.model = model;
        this.options = options;
        this.metrics = metrics;
        this.connections = connections;
        this.keys = new ApiKeys(options.apiKeys());
        this.reader = new AskedReader(model, options.targets());
        this.adapters = new AdapterRoutes(model, options.adapterRoot());
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
            error(response, e);
        } catch (GoneException | CloseConnectionException e) {
            throw e;
        } catch (UncheckedIOException | SocketWriterException e) { // nobody takes the answer
            throw new GoneException("the caller closed the connection: " + e.getMessage());
        } catch (RuntimeException e) {
            LOGGER.log(System.Logger.Level.ERROR, "request " + caller.request + " failed", e);
            error(response, ApiException.of(new IllegalStateException("see its log for request " + caller.request)));
        }
    }

    private void route(ServerRequest request, ServerResponse response, Caller caller)
            throws IOException, InterruptedException {
        String path = request.path().path();
        if (path.startsWith("/v1/")) {
            boolean chat = path.equals("/v1/chat/completions");
            String tenant = keys.tenant(
                    request.headers().first(HeaderNames.AUTHORIZATION).orElse(""));
            if (chat || path.equals("/v1/completions")) {
                method(request, response, "POST");
                generate(request, response, chat, caller.of(tenant));
                return;
            }
            if (path.equals(MODELS) || path.startsWith(MODELS + "/")) {
                method(request, response, "GET");
                json(response, models(path));
                return;
            }
            if (AdapterRoutes.handles(path)) {
                method(request, response, "POST");
                String done = adapters.handle(path, Fields.of(body(request, response)));
                response.header(HeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
                        .send(done.getBytes(StandardCharsets.UTF_8));
                return;
            }
        } else if (path.equals("/health")) {
            method(request, response, "GET");
            health(response);
            return;
        } else if (path.equals("/metrics")) {
            method(request, response, "GET");
            response.header(HeaderNames.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")
                    .send(metrics.scrape().getBytes(StandardCharsets.UTF_8));
            return;
        }
        throw ApiException.of(
                404,
                "not_found",
                "there is no " + path + " here; there are /v1/chat/completions, /v1/completions, /v1/models, /health"
                        + " and /metrics");
    }

    /// Who asks.
    ///
    /// @param request the request's id
    /// @param presence of the connection
    /// @param tenant by whose key; empty for nobody in particular
    private record Caller(String request, Presence presence, String tenant) {
        Caller(String request, Presence presence) {
            this(request, presence, "");
        }

        Caller of(String tenant) {
            return new Caller(request, presence, tenant);
        }
    }

    private static void method(ServerRequest request, ServerResponse response, String allowed) {
        String method = request.prologue().method().text();
        if (!method.equals(allowed)) {
            response.header(HeaderNames.ALLOW, allowed);
            throw ApiException.of(
                    405, "method_not_allowed", method + " is not what this path understands; use " + allowed);
        }
    }

    private void generate(ServerRequest request, ServerResponse response, boolean chat, Caller caller)
            throws IOException, InterruptedException {
        if (draining) {
            throw ApiException.draining();
        }
        byte[] body = body(request, response);
        Engine engine = model.engine();
        try (Engine.Place place = place(engine, body.length)) { // before anything else is made of the body
            Fields fields = Fields.of(body);
            Asked asked = chat ? reader.chat(fields, caller.tenant) : reader.completion(fields, caller.tenant);
            try (var exchange =
                    new Exchange(asked, engine, model.router(), caller.presence, metrics, options.unread())) {
                submit(exchange, place);
                Shape shape = chat
                        ? new ChatShape(model, asked.adapter(), caller.request)
                        : new CompletionShape(model, asked.adapter(), caller.request);
                var answering = new Answering(asked, shape, exchange, response);
                if (asked.stream().wanted()) {
                    answering.streamed();
                } else {
                    answering.whole();
                }
            }
        }
    }

    private static Engine.Place place(Engine engine, int bytes) {
        try {
            return engine.reserve(bytes / BYTES_A_TOKEN + 1);
        } catch (RuntimeException e) {
            throw ApiException.of(e);
        }
    }

    private static void submit(Exchange exchange, Engine.Place place) {
        try {
            exchange.submit(place);
        } catch (RuntimeException e) {
            throw ApiException.of(e);
        }
    }

    private byte[] body(ServerRequest request, ServerResponse response) throws IOException {
        Optional<String> type = request.headers().first(HeaderNames.CONTENT_TYPE);
        if (!type.orElse("").toLowerCase(Locale.ROOT).matches("application/json *(;.*)?")) {
            throw ApiException.of(
                    415, "unsupported_media_type", "the body must be JSON; send `Content-Type: application/json`");
        }
        byte[] body = new byte[0];
        long length = request.headers().contentLength().orElse(0);
        boolean tooLong = length > options.bodyBytes();
        if (request.content().hasEntity()) {
            try (InputStream in = request.content().inputStream()) {
                body = tooLong ? body : in.readNBytes(options.bodyBytes() + 1);
                tooLong |= body.length > options.bodyBytes();
                if (tooLong) {
                    readAway(in);
                }
            }
        }
        if (tooLong) {
            response.header(HeaderNames.CONNECTION, "close");
            throw ApiException.of(
                    413, "body_too_large", "the body is longer than " + options.bodyBytes() + " bytes; send less");
        }
        return body;
    }

    /// Reads what still comes, up to a bound: who is still sending when the connection closes gets a reset in
    /// place of the answer.
    private static void readAway(InputStream in) throws IOException {
        byte[] some = new byte[1 << 16];
        for (long left = MOST_READ_AWAY; left > 0; left -= some.length) {
            if (in.read(some) < 0) {
                return;
            }
        }
    }

    private ObjectNode models(String path) {
        if (path.length() > MODELS.length() + 1) {
            String name = path.substring(MODELS.length() + 1);
            return describe(name, model.adapter(name) != null);
        }
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("object", "list");
        ArrayNode data = body.putArray("data");
        model.names().forEach(name -> data.add(describe(name, false)));
        model.adapters().forEach(name -> data.add(describe(name, true)));
        return body;
    }

    private ObjectNode describe(String name, boolean adapter) {
        ObjectNode described = JsonNodeFactory.instance
                .objectNode()
                .put("id", name)
                .put("object", "model")
                .put("created", model.created())
                .put("owned_by", "mokha")
                .put("max_model_len", model.engine().context());
        return adapter ? described.put("parent", model.name()) : described;
    }

    private void health(ServerResponse response) {
        if (draining) {
            throw ApiException.draining();
        }
        if (!model.engine().isAlive()) {
            throw ApiException.of(500, "engine_stopped", "the engine stopped; restart the server");
        }
        json(response, JsonNodeFactory.instance.objectNode().put("status", "ok"));
    }

    private static void error(ServerResponse response, ApiException e) {
        if (e.retryAfterSeconds() > 0) {
            response.header(HeaderNames.RETRY_AFTER, String.valueOf(e.retryAfterSeconds()));
        }
        response.status(e.status());
        json(response, e.json());
    }

    private static void json(ServerResponse response, ObjectNode body) {
        response.header(HeaderNames.CONTENT_TYPE, "application/json")
                .send(body.toString().getBytes(StandardCharsets.UTF_8));
    }
}
