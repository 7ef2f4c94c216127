package dev.mokha.serve.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.serve.encode.EncodeOptions;
import dev.mokha.serve.encode.EncodeState;
import dev.mokha.serve.encode.ServedEncoder;
import dev.mokha.serve.encode.ToyEncoders;
import dev.mokha.serve.engine.Engine;
import dev.mokha.serve.engine.Router;
import dev.mokha.serve.engine.Toy;
import dev.mokha.serve.schedule.QueueLimits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How requests to encoders come and go.
final class EncoderLifeTest {
    @TempDir
    static Path folder;

    private static final String BODY = "{\"model\": \"vectors\", \"input\": \"the cat\"}";

    private static SequencedMap<String, Path> folders = new LinkedHashMap<>();

    @BeforeAll
    static void write() {
        folders = ToyEncoders.write(folder);
    }

    /// A request on a connection of its own, whose answer nobody reads.
    private static Socket unread(HttpServer server) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        String head = "POST /v1/embeddings HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Content-Length: " + BODY.length() + "\r\n\r\n";
        socket.getOutputStream().write((head + BODY).getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
        return socket;
    }

    /// Holds the thread that computes after its next pass.
    private static CountDownLatch hold(ServedEncoders toys) {
        var released = new CountDownLatch(1);
        toys.encoders().listen((_, _, _) -> {
            try {
                released.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        return released;
    }

    private static void await(ServedEncoders toys, EncodeState state) {
        ServedEncoder encoder = toys.encoders().all().getFirst();
        while (!toys.encoders().state(encoder).equals(state)) {
            Thread.onSpinWait();
        }
    }

    @Test
    void whoLeavesWhileWaitingIsCancelled() throws IOException {
        try (var toys = ServedEncoders.start(folders)) {
            CountDownLatch released = hold(toys);
            try (var running = unread(toys.server())) {
                assertThat(running.isConnected()).isTrue();
                await(toys, new EncodeState(0, 1, 0));
                var waiting = new ArrayList<Socket>();
                for (int i = 0; i < 4; i++) {
                    waiting.add(unread(toys.server()));
                }
                await(toys, new EncodeState(4, 1, 4));
                for (Socket socket : waiting) {
                    socket.close();
                }
                await(toys, new EncodeState(0, 1, 0));
            }
            released.countDown();
            await(toys, new EncodeState(0, 0, 0));
            assertThat(toys.client().get("/metrics").response().body())
                    .contains("vllm:request_success_total{finished_reason=\"abort\",model_name=\"vectors\"}");
        }
    }

    @Test
    void aFullQueueSaysWhenToComeAgain() throws IOException {
        var options = EncodeOptions.DEFAULT.withQueue(new QueueLimits(1, 1000, Long.MAX_VALUE));
        try (var toys = ServedEncoders.start(folders, options, http -> http)) {
            CountDownLatch released = hold(toys);
            try (var running = unread(toys.server())) {
                assertThat(running.isConnected()).isTrue();
                await(toys, new EncodeState(0, 1, 0));
                try (var waiting = unread(toys.server())) {
                    assertThat(waiting.isConnected()).isTrue();
                    await(toys, new EncodeState(1, 1, 1));
                    var reply = toys.client().post("/v1/embeddings", "not even JSON");
                    assertThat(reply.status()).isEqualTo(429);
                    assertThat(reply.error("type")).isEqualTo("rate_limit_error");
                    assertThat(Integer.parseInt(reply.header("Retry-After"))).isPositive();
                    released.countDown();
                }
            }
        }
    }

    @Test
    void aDrainingServerFinishesAndTakesNoMore() throws Exception {
        try (var toys = ServedEncoders.start(folders)) {
            CountDownLatch released = hold(toys);
            var under = CompletableFuture.supplyAsync(() -> toys.client().post("/v1/embeddings", BODY));
            await(toys, new EncodeState(0, 1, 0));
            var drained = CompletableFuture.supplyAsync(() -> toys.server().drain(Duration.ofMinutes(1)));
            while (toys.client().get("/health").status() == 200) {
                Thread.onSpinWait();
            }
            var refused = toys.client().post("/v1/embeddings", BODY);
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.error("code")).isEqualTo("draining");
            released.countDown();
            assertThat(under.get(1, TimeUnit.MINUTES).status()).isEqualTo(200);
            assertThat(drained.get(1, TimeUnit.MINUTES)).isTrue();
        }
    }

    @Test
    void aLoadOfManyUsersIsAnsweredRightly() throws Exception {
        try (var toys = ServedEncoders.start(folders, EncodeOptions.DEFAULT.withBatchTokens(48), http -> http)) {
            List<String> texts = List.of("the cat", "a dog sat on the mat", "mat", "the dog on the cat");
            var alone = texts.stream().map(text -> first(toys.client(), text)).toList();
            var asked = new ArrayList<CompletableFuture<double[]>>();
            for (int i = 0; i < 200; i++) {
                String text = texts.get(i % texts.size());
                asked.add(CompletableFuture.supplyAsync(() -> first(toys.client(), text)));
            }
            for (int i = 0; i < asked.size(); i++) {
                assertThat(asked.get(i).get(1, TimeUnit.MINUTES))
                        .containsExactly(alone.get(i % texts.size()), Offset.offset(2e-5));
            }
            await(toys, new EncodeState(0, 0, 0));
        }
    }

    private static double[] first(Client client, String text) {
        return client.post("/v1/embeddings", "{'model': 'vectors', 'input': '" + text + "'}")
                .json()
                .at("/data/0/embedding")
                .valueStream()
                .mapToDouble(one -> one.doubleValue())
                .toArray();
    }

    @Test
    void aModelThatWritesStandsBesideThem() {
        Path writer = Toy.write(folder.resolve("writer"), 0.3);
        try (var engine = Engine.open(writer, ServedToy.exact());
                var toys = ServedEncoders.start(folders);
                var server = HttpServer.start(
                        new Served(engine, Router.STRAIGHT, toys.encoders()), HttpOptions.local(0, "writer"))) {
            var client = Client.of(server);
            assertThat(client.complete("'max_tokens': 3").status()).isEqualTo(200);
            assertThat(first(client, "the cat")).hasSize(64);
            assertThat(client.get("/v1/models").json().get("data").size()).isEqualTo(5);
            var reply = client.post("/v1/embeddings", "{'model': 'writer', 'input': 'a'}");
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.error("message"))
                    .contains("writer, which writes text")
                    .contains("vectors");
            assertThat(client.get("/metrics").response().body())
                    .contains("vllm:num_requests_running{model_name=\"writer\"}")
                    .contains("vllm:num_requests_running{model_name=\"judge\"}");
            client.http().close();
        }
    }

    @Test
    void withoutEncodersTheAnswerSaysHowToGetOne() {
        try (var toy = ServedToy.start(Toy.write(folder.resolve("alone"), 0.3))) {
            var reply = toy.client().post("/v1/embeddings", "{'input': 'a'}");
            assertThat(reply.status()).isEqualTo(404);
            assertThat(reply.error("message")).contains("--encoder NAME=FOLDER");
            var rerank = toy.client().post("/rerank", "{'model': 'toy', 'query': 'a', 'documents': ['b']}");
            assertThat(rerank.status()).isEqualTo(404);
        }
    }
}
