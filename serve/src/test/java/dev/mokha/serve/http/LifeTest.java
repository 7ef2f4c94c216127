package dev.mokha.serve.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.serve.cache.Window;
import dev.mokha.serve.engine.Toy;
import dev.mokha.serve.schedule.QueueLimits;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How requests come and go.
class LifeTest {
    @TempDir
    static Path folder;

    private static final String ENDLESS = "'max_tokens': 250, 'ignore_eos': true";

    private static final String HEAD = "POST /v1/completions HTTP/1.1\r\nHost: localhost\r\n"
            + "Content-Type: application/json\r\nContent-Length: ";

    @BeforeAll
    static void write() {
        Toy.write(folder, 0.3);
    }

    /// A request on a connection of its own, whose answer nobody reads.
    private static Socket unread(ServedToy toy, String fields) throws IOException {
        byte[] body = ("{'prompt': 'abc', " + fields + "}").replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        var socket = new Socket(InetAddress.getLoopbackAddress(), toy.server().port());
        socket.getOutputStream().write((HEAD + body.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(body);
        socket.getOutputStream().flush();
        return socket;
    }

    private static void awaitWork(ServedToy toy) {
        while (toy.engine().state().running() == 0) {
            Thread.onSpinWait();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"'stream': false", "'stream': true"})
    void whoLeavesWhileTheModelWritesIsCancelled(String stream) throws IOException {
        try (var toy = ServedToy.start(folder)) {
            try (var socket = unread(toy, "'n': 60, " + ENDLESS + ", " + stream)) {
                assertThat(socket.isConnected()).isTrue();
                awaitWork(toy);
            }
            assertThat(toy.becomesIdle()).isTrue();
            assertThat(oneIsAborted(toy)).isTrue();
        }
    }

    /// Waits for it: the engine counts a little after its memory is free.
    private static boolean oneIsAborted(ServedToy toy) {
        long until = System.nanoTime() + 30_000_000_000L;
        double aborted = 0;
        while (aborted == 0 && System.nanoTime() < until) {
            aborted = figure(toy, "vllm:request_success_total{finished_reason=\"abort\",model_name=\"toy\"}");
        }
        return aborted == 1;
    }

    private static double figure(ServedToy toy, String name) {
        return toy.client()
                .get("/metrics")
                .response()
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + " in "
                        + toy.client().get("/metrics").response().body()));
    }

    @Test
    void whoLeavesWhileWaitingIsCancelled() throws IOException {
        var options = ServedToy.exact().withLoad(load -> load.withSequences(1));
        try (var toy = ServedToy.start(folder, options, http -> http);
                var busy = unread(toy, ENDLESS)) {
            assertThat(busy.isConnected()).isTrue();
            awaitWork(toy);
            var waiting = new ArrayList<Socket>();
            for (int i = 0; i < 5; i++) {
                waiting.add(unread(toy, ENDLESS));
            }
            for (Socket socket : waiting) {
                socket.close();
            }
            assertThat(toy.client().complete("'max_tokens': 2").status()).isEqualTo(200);
            assertThat(toy.becomesIdle()).isTrue();
        }
    }

    @Test
    void whoDoesNotReadIsCancelledAndNobodyElseWaits() throws IOException {
        try (var toy = ServedToy.start(folder, ServedToy.exact(), http -> http.withBounds(1 << 20, 20));
                var socket = unread(toy, "'n': 100, 'stream': true, 'logprobs': 20, " + ENDLESS)) {
            assertThat(socket.isConnected()).isTrue();
            awaitWork(toy);
            assertThat(toy.client().complete("'max_tokens': 5").status()).isEqualTo(200);
            assertThat(toy.becomesIdle()).isTrue();
            assertThat(oneIsAborted(toy)).isTrue();
        }
    }

    @Test
    void aConnectionServesManyRequests() throws IOException {
        try (var toy = ServedToy.start(folder);
                var socket = unread(toy, "'max_tokens': 3")) {
            InputStream in = socket.getInputStream();
            for (int i = 0; i < 5; i++) {
                assertThat(reply(in)).contains("text_completion");
                String body = "{\"prompt\":\"abc\",\"max_tokens\":3}";
                byte[] again = (HEAD + body.length() + "\r\n\r\n" + body).getBytes(StandardCharsets.US_ASCII);
                socket.getOutputStream().write(again);
            }
            assertThat(reply(in)).contains("text_completion");
        }
    }

    /// Reads head and body of one answer.
    private static String reply(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            head.append((char) in.read());
        }
        String length = head.toString().replaceAll("(?is).*content-length: *(\\d+).*", "$1");
        return head + new String(in.readNBytes(Integer.parseInt(length)), StandardCharsets.UTF_8);
    }

    @Test
    void aFullQueueSaysWhenToComeAgain() throws IOException {
        var options = ServedToy.exact()
                .withLoad(load -> load.withSequences(1).withQueue(new QueueLimits(1, 1000, Long.MAX_VALUE)))
                .withMemory(memory -> memory.withWindow(new Window(32, 4))); // no context ends an answer
        String endless = "'max_tokens': 100000000, 'ignore_eos': true";
        try (var toy = ServedToy.start(folder, options, http -> http);
                var busy = unread(toy, endless)) {
            assertThat(busy.isConnected()).isTrue();
            awaitWork(toy);
            try (var waiting = unread(toy, endless)) {
                assertThat(waiting.isConnected()).isTrue();
                while (toy.engine().state().queued() == 0
                        && toy.engine().state().running() > 0) {
                    Thread.onSpinWait();
                }
                var reply = toy.client().post("/v1/completions", "{'prompt': not even JSON");
                while (reply.status() == 400) { // until the waiting one is let in
                    reply = toy.client().post("/v1/completions", "{'prompt': not even JSON");
                }
                assertThat(reply.status()).isEqualTo(429);
                assertThat(reply.error("type")).isEqualTo("rate_limit_error");
                assertThat(Integer.parseInt(reply.header("Retry-After"))).isPositive();
            }
        }
    }

    @Test
    void aRequestThatWaitsForTooLongIsTold() {
        var options = ServedToy.exact().withLoad(load -> load.withSequences(1).withQueue(new QueueLimits(10, 1000, 1)));
        try (var toy = ServedToy.start(folder, options, http -> http)) {
            var reply = toy.client().complete("'max_tokens': 5"); // a nanosecond is over when the engine looks
            assertThat(reply.status()).isEqualTo(503);
            assertThat(reply.error("code")).isEqualTo("queue_timeout");
        }
    }

    @Test
    void whatCanNeverFitIsRefusedByStatusAlsoWhenStreamed() {
        var options = ServedToy.exact().withLoad(load -> load.withSequences(2));
        try (var toy = ServedToy.start(folder, options, http -> http)) {
            var reply = toy.client().complete("'n': 3, 'stream': true");
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.error("code")).isEqualTo("too_large");
        }
    }

    @Test
    void aDrainingServerFinishesAndTakesNoMore() throws Exception {
        try (var toy = ServedToy.start(folder)) {
            var under = CompletableFuture.supplyAsync(() -> toy.client().complete("'n': 20, " + ENDLESS));
            awaitWork(toy);
            var drained = CompletableFuture.supplyAsync(() -> toy.server().drain(Duration.ofMinutes(1)));
            var health = toy.client().get("/health");
            while (health.status() == 200) {
                health = toy.client().get("/health");
            }
            assertThat(health.status()).isEqualTo(503);
            var refused = toy.client().complete("'max_tokens': 1");
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.error("code")).isEqualTo("draining");
            assertThat(refused.header("Retry-After")).isNotEmpty();
            assertThat(under.get(1, TimeUnit.MINUTES)
                            .json()
                            .at("/usage/completion_tokens")
                            .intValue())
                    .isEqualTo(20 * 250);
            assertThat(drained.get(1, TimeUnit.MINUTES)).isTrue();
        }
    }

    @Test
    void whoIsCutOffByAnEndHearsOfIt() throws Exception {
        try (var toy = ServedToy.start(folder)) {
            var under = CompletableFuture.supplyAsync(() -> toy.client().complete("'n': 100, " + ENDLESS));
            awaitWork(toy);
            toy.server().drain(Duration.ofNanos(1));
            var reply = under.get(1, TimeUnit.MINUTES);
            assertThat(reply.status()).isEqualTo(503);
            assertThat(reply.error("message")).contains("stopped before the answer was complete");
        }
    }

    @Test
    void modelsHealthAndRequestIds() {
        try (var toy = ServedToy.start(folder)) {
            var models = toy.client().get("/v1/models").json();
            assertThat(models.at("/data/0/id").stringValue()).isEqualTo("toy");
            assertThat(models.at("/data/0/max_model_len").intValue()).isEqualTo(256);
            assertThat(toy.client().get("/v1/models/toy").json().get("object").stringValue())
                    .isEqualTo("model");
            assertThat(toy.client().get("/health").status()).isEqualTo(200);
            var named = toy.client()
                    .send(toy.client()
                            .to("/health")
                            .header("X-Request-Id", "mine-7")
                            .build());
            assertThat(named.header("X-Request-Id")).isEqualTo("mine-7");
            assertThat(toy.client().get("/health").header("X-Request-Id")).isNotEmpty();
        }
    }

    @Test
    void metricsHaveTheNamesThatDashboardsKnow() {
        try (var toy = ServedToy.start(folder)) {
            toy.client().complete("'max_tokens': 10, 'ignore_eos': true, 'n': 2");
            toy.client().complete("'max_tokens': 10, 'guided_choice': ['ab']");
            String model = "{model_name=\"toy\"}";
            assertThat(figure(toy, "vllm:num_requests_running" + model)).isZero();
            assertThat(figure(toy, "vllm:num_requests_waiting" + model)).isZero();
            assertThat(figure(toy, "vllm:kv_cache_usage_perc" + model)).isBetween(0.0, 1.0);
            assertThat(figure(toy, "vllm:prefix_cache_queries_total" + model)).isEqualTo(6);
            assertThat(figure(toy, "vllm:prefix_cache_hits_total" + model)).isZero();
            assertThat(figure(toy, "vllm:num_preemptions_total" + model)).isZero();
            assertThat(figure(toy, "vllm:prompt_tokens_total" + model)).isEqualTo(6);
            assertThat(figure(toy, "vllm:generation_tokens_total" + model)).isBetween(22.0, 23.0);
            assertThat(figure(toy, "vllm:inter_token_latency_seconds_count" + model))
                    .isBetween(19.0, 20.0);
            for (String histogram : new String[] {
                "time_to_first_token_seconds",
                "e2e_request_latency_seconds",
                "request_queue_time_seconds",
                "request_prefill_time_seconds"
            }) {
                assertThat(figure(toy, "vllm:" + histogram + "_count" + model)).isEqualTo(2);
                assertThat(figure(toy, "vllm:" + histogram + "_bucket{model_name=\"toy\",le=\"+Inf\"}"))
                        .isEqualTo(2);
            }
            String success = "vllm:request_success_total{finished_reason=\"%s\",model_name=\"toy\"}";
            assertThat(figure(toy, success.formatted("length"))).isEqualTo(1);
            assertThat(figure(toy, success.formatted("stop"))).isEqualTo(1);
        }
    }
}
