package dev.mokha.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/// An endpoint of OpenAI's form on this machine alone, whose answers a test decides.
public final class ChatServer implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService workers = Executors.newCachedThreadPool();
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    /// What came in.
    ///
    /// @param number from 1, in the order of arrival
    /// @param authorization the header, or nothing
    public record Call(int number, String path, String authorization, JsonNode body) {
        /// {@return the last message}
        public String prompt() {
            JsonNode messages = body.path("messages");
            return messages.path(messages.size() - 1).path("content").asString("");
        }
    }

    /// What goes out.
    public record Response(int status, Map<String, String> headers, String body) {
        /// What a model says.
        public static Response says(String text) {
            var body = JsonNodeFactory.instance.objectNode();
            var choice = body.putArray("choices").addObject();
            choice.putObject("message").put("role", "assistant").put("content", text);
            choice.put("finish_reason", "stop");
            body.putObject("usage").put("prompt_tokens", 11).put("completion_tokens", 7);
            return new Response(200, Map.of(), body.toString());
        }

        /// An error as OpenAI words it.
        public static Response error(int status, String message) {
            var body = JsonNodeFactory.instance.objectNode();
            body.putObject("error").put("message", message);
            return new Response(status, Map.of(), body.toString());
        }

        /// {@return the same with a header}
        public Response with(String header, String value) {
            return new Response(status, Map.of(header, value), body);
        }
    }

    /// Starts it.
    public ChatServer(Function<Call, Response> answer) {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(workers);
        server.createContext("/", exchange -> handle(exchange, answer));
        server.start();
    }

    private void handle(HttpExchange exchange, Function<Call, Response> answer) throws IOException {
        most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
        try (exchange) {
            String authorization = exchange.getRequestHeaders().getFirst("Authorization");
            JsonNode body = JsonMapper.shared().readTree(exchange.getRequestBody());
            Call call;
            synchronized (calls) {
                call = new Call(
                        calls.size() + 1,
                        exchange.getRequestURI().getPath(),
                        authorization == null ? "" : authorization,
                        body);
                calls.add(call);
            }
            Response response = answer.apply(call);
            response.headers().forEach(exchange.getResponseHeaders()::set);
            byte[] bytes = response.body().getBytes(StandardCharsets.UTF_8);
            underWay.decrementAndGet(); // before the client knows
            exchange.sendResponseHeaders(response.status(), bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    /// {@return its base URL}
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
    }

    /// {@return what has come in}
    public List<Call> calls() {
        return List.copyOf(calls);
    }

    /// {@return how many calls were under way at one time, at most}
    public int mostAtOnce() {
        return most.get();
    }

    @Override
    public void close() {
        server.stop(0);
        workers.shutdownNow();
    }
}
