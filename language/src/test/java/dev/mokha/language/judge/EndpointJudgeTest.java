package dev.mokha.language.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.testkit.ChatServer;
import dev.mokha.testkit.ChatServer.Call;
import dev.mokha.testkit.ChatServer.Response;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

final class EndpointJudgeTest {
    private static final String KEY = "sk-very-secret";

    private final List<Duration> waits = new ArrayList<>();

    private static Endpoint endpoint(String url, String more) {
        return new Endpoint(Endpoint.uri(url), "judge-1", 64, Duration.ofSeconds(20), 3, (ObjectNode)
                JsonMapper.shared().readTree(more));
    }

    private EndpointJudge judge(ChatServer server, @Nullable String key) {
        return new EndpointJudge(endpoint(server.url(), "{}"), key, waits::add);
    }

    private String failure(Function<Call, Response> answer) {
        try (var server = new ChatServer(answer);
                var judge = judge(server, KEY)) {
            try {
                judge.ask("a prompt");
            } catch (JudgeException e) {
                return String.valueOf(e.getMessage()).replace(server.url(), "URL");
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return "";
        }
    }

    @Test
    void aPromptGoesOutAsTheApiWantsItAndTheReplyComesBack() throws InterruptedException {
        try (var server = new ChatServer(_ -> Response.says("قوي [[9]]"));
                var judge = new EndpointJudge(
                        endpoint(server.url() + "/chat/completions/", "{\"max_tokens\": null, \"top_p\": 0.5}"), KEY)) {
            assertThat(judge.ask("سؤال")).isEqualTo(new Reply("قوي [[9]]", "stop", 11, 7));
            Call call = server.calls().getFirst();
            assertThat(call.path()).isEqualTo("/v1/chat/completions");
            assertThat(call.authorization()).isEqualTo("Bearer " + KEY);
            assertThat(call.body())
                    .isEqualTo(JsonMapper.shared()
                            .readTree(
                                    "{\"model\": \"judge-1\", \"messages\": [{\"role\": \"user\", \"content\": \"سؤال\"}],"
                                            + " \"temperature\": 0, \"top_p\": 0.5}"));
            assertThat(judge.settings()).doesNotContain(KEY, "messages");
        }
    }

    @Test
    void contentInPartsIsJoinedAndNoneIsEmpty() throws InterruptedException {
        String parts = "{\"choices\": [{\"message\": {\"content\": [{\"type\": \"text\", \"text\": \"[[\"},"
                + " {\"type\": \"text\", \"text\": \"3]]\"}]}}]}";
        String none = "{\"choices\": [{\"message\": {\"content\": null, \"refusal\": \"no\"}}]}";
        try (var server = new ChatServer(call -> new Response(200, Map.of(), call.number() == 1 ? parts : none));
                var judge = judge(server, null)) {
            assertThat(judge.ask("a").text()).isEqualTo("[[3]]");
            assertThat(judge.ask("b").text()).isEmpty();
            assertThat(server.calls().getFirst().authorization()).isEmpty();
        }
    }

    @Test
    void aBusyEndpointIsAskedAgainAfterTheWaitItWants() throws InterruptedException {
        try (var server = new ChatServer(call -> switch (call.number()) {
                    case 1 -> Response.error(429, "slow down").with("Retry-After", "7");
                    case 2 -> Response.error(503, "overloaded");
                    default -> Response.says("[[5]]");
                });
                var judge = judge(server, null)) {
            assertThat(judge.ask("a").text()).isEqualTo("[[5]]");
            assertThat(waits).containsExactly(Duration.ofSeconds(7), Duration.ofSeconds(2));
        }
    }

    @Test
    void whatIsNoJsonIsAskedAgainAndThenTold() {
        assertThat(failure(_ -> new Response(200, Map.of(), "<html>a proxy's page</html>")))
                .isEqualTo(
                        "the judge at URL answered with what is no JSON: <html>a proxy's page</html>, after 3 tries; what it"
                                + " has said so far is kept, and the same command goes on from there");
        assertThat(waits).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(2));
        assertThat(failure(_ -> new Response(200, Map.of(), "{\"choices\": []}")))
                .contains("answered without choices");
        assertThat(failure(_ -> Response.error(500, "CUDA out of memory")))
                .contains("answered 500: CUDA out of memory");
    }

    @Test
    void aWrongKeyIsToldOnceAndNeverShown() {
        assertThat(failure(_ -> Response.error(401, "Incorrect API key provided: " + KEY)))
                .isEqualTo(
                        "the judge at URL answered 401: Incorrect API key provided: ***; it does not take the key that"
                                + " was given");
        assertThat(waits).isEmpty();
        try (var server = new ChatServer(_ -> Response.error(401, "who are you?"));
                var judge = judge(server, " ")) {
            assertThatThrownBy(() -> judge.ask("a")).hasMessageContaining("it wants a key, and none was given");
        }
    }

    @Test
    void aWrongModelOrAddressIsToldWithBoth() {
        assertThat(failure(_ -> Response.error(404, "no such model")))
                .contains("404: no such model", "URL/chat/completions right", "named 'judge-1'");
        assertThat(failure(_ -> new Response(302, Map.of("Location", "http://127.0.0.1:1/"), "")))
                .contains("redirects are not followed");
    }

    @Test
    void aPromptThatIsTooLongIsRefusedAloneOnceAnotherWasTaken() throws InterruptedException {
        try (var server = new ChatServer(call ->
                        call.prompt().length() > 10 ? Response.error(400, "context length") : Response.says("[[5]]"));
                var judge = judge(server, null)) {
            assertThatThrownBy(() -> judge.ask("a".repeat(11))).isInstanceOf(JudgeException.class);
            judge.ask("a");
            assertThatThrownBy(() -> judge.ask("a".repeat(11)))
                    .isInstanceOf(RefusedException.class)
                    .hasMessage("answered 400: context length");
        }
    }

    @Test
    void aLongWaitIsNotWaited() {
        assertThat(failure(_ -> Response.error(429, "quota").with("Retry-After", "86400")))
                .contains("429: quota, after 1 try;");
        assertThat(waits).isEmpty();
    }

    @Test
    void anEndpointThatHangsIsGivenUp() {
        var never = new CountDownLatch(1);
        try (var server = new ChatServer(_ -> {
                    try {
                        never.await();
                    } catch (InterruptedException _) {
                        Thread.currentThread().interrupt();
                    }
                    return Response.says("");
                });
                var judge = new EndpointJudge(
                        new Endpoint(
                                Endpoint.uri(server.url()),
                                "m",
                                1,
                                Duration.ofMillis(100),
                                2,
                                JsonMapper.shared().createObjectNode()),
                        null,
                        waits::add)) {
            assertThatThrownBy(() -> judge.ask("a")).hasMessageContaining("gave no answer within");
            never.countDown();
        }
    }

    @Test
    void nobodyAtTheAddressIsTold() {
        var server = new ChatServer(_ -> Response.says(""));
        server.close();
        try (var judge = judge(server, null)) {
            assertThatThrownBy(() -> judge.ask("a")).hasMessageContaining("cannot be reached");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://host/v1",
                "localhost:8000/v1",
                "/v1",
                "http://host/v1?key=sk-very-secret",
                "http://me:sk-very-secret@host/v1",
                "http://h st/v1"
            })
    void whatIsNoEndpointIsRefusedWithoutShowingASecret(String url) {
        assertThatThrownBy(() -> endpoint(url, "{}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining(KEY);
    }

    @Test
    void aKeyThatIsNoneIsRefusedWithoutShowingIt() {
        assertThatThrownBy(() -> new EndpointJudge(endpoint("http://h/v1", "{}"), KEY + "\nX: y"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining(KEY);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '§', quoteCharacter = '~', textBlock = """
        5                                 § PT5S
        0.25                              § PT0.25S
        Mon, 23 Nov 2026 12:00:30 GMT     § PT30S
        Mon, 23 Nov 2026 11:00:00 GMT     § PT0S
        soon                              § PT0S
        -3                                § PT0S
        """)
    void theWaitIsSecondsOrADate(String header, Duration wait) {
        var clock = Clock.fixed(Instant.parse("2026-11-23T12:00:00Z"), ZoneOffset.UTC);
        assertThat(RetryAfter.read(header, clock)).isEqualTo(wait);
    }
}
