package dev.mokha.serve.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.serve.engine.Toy;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorsTest {
    @TempDir
    static Path folder;

    private static ServedToy toy;

    @BeforeAll
    static void start() {
        toy = ServedToy.start(
                Toy.write(folder, 0.3),
                ServedToy.exact(),
                options -> options.withBounds(20_000, 100).withApiKeys(List.of("first", "second")));
    }

    @AfterAll
    static void stop() {
        toy.close();
    }

    private static HttpRequest.Builder keyed(String path) {
        return toy.client().to(path).header("Authorization", "Bearer second");
    }

    private static Client.Reply post(String path, String body) {
        return toy.client()
                .send(keyed(path)
                        .header("Content-Type", "application/json; charset=utf-8")
                        .POST(HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')))
                        .build());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "temperature | -1 | between 0 and 100",
                "temperature | 'hot' | must be a number",
                "top_p | 0 | above 0",
                "top_p | 1.5 | between 0 and 1",
                "top_k | 2.5 | whole number",
                "min_p | 2 | between 0 and 1",
                "typical_p | 0 | above 0",
                "repetition_penalty | 0 | above 0",
                "presence_penalty | 3 | between -2 and 2",
                "frequency_penalty | -2.1 | between -2 and 2",
                "max_tokens | 0 | at least 1",
                "min_tokens | 17 | between 0 and 16",
                "n | 0 | between 1 and 128",
                "best_of | 0 | between 1 and 128",
                "logprobs | 21 | between 0 and 20",
                "seed | 'x' | whole number",
                "stream | 1 | true or false",
                "stream_options | {'include_usage': true} | `stream`",
                "stop | '' | 1 to 256 characters",
                "stop | [1] | string",
                "stop_token_ids | [257] | list of token ids",
                "logit_bias | {'a': 1} | token ids below 257",
                "logit_bias | {'5': 101} | between -100 and 100",
                "suffix | 'x' | leave it out",
                "user | 3 | string",
                "priority | 1.5 | whole number",
                "guided_regex | '(' | guided_regex",
                "guided_grammar | 'nonsense' | guided_grammar",
                "guided_choice | 'a' | list of strings",
                "guided_json | {'type': 'nothing'} | guided_json",
                "response_format | 'json' | must be an object",
                "beams | 3 | leave it out"
            })
    void aWrongFieldIsNamedWithItsValueAndAWayOut(String field, String value, String wayOut) {
        var reply = post("/v1/completions", "{'prompt': 'x', '" + field + "': " + value + "}");
        assertThat(reply.status()).as(reply.response().body()).isEqualTo(400);
        assertThat(reply.error("type")).isEqualTo("invalid_request_error");
        assertThat(reply.error("param")).isEqualTo(field);
        assertThat(reply.error("message")).contains(field).contains(wayOut);
        assertThat(reply.error("code")).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'messages': [] | messages | list of messages",
                "'messages': [{'role': 'boss', 'content': 'x'}] | messages[0].role | system",
                "'messages': [{'role': 'user'}] | messages[0].content | must be a string",
                "'messages': [{'role': 'user', 'content': [{'type': 'image_url'}]}] | messages[0].content | text",
                "'messages': [{'role': 'user', 'content': 'x', 'mood': 1}] | messages[0].mood | leave it out",
                "'messages': [{'role': 'assistant', 'tool_calls': [{}]}] | messages[0].tool_calls | list of calls",
                "'messages': [3] | messages[0] | must be an object",
                "'messages': [{'role': 'user', 'content': 'x'}], 'top_logprobs': 2 | top_logprobs | logprobs",
                "'messages': [{'role': 'user', 'content': 'x'}], 'tools': [{}] | tools | leave it out",
                "'messages': [{'role': 'user', 'content': 'x'}], 'continue_final_message': true |"
                        + " continue_final_message | assistant",
                "'messages': [{'role': 'user', 'content': 'x'}], 'response_format': {'type': 'xml'} |"
                        + " response_format.type | json_schema",
                "'messages': [{'role': 'user', 'content': 'x'}], 'response_format': {'type': 'json_schema'} |"
                        + " response_format.json_schema | schema",
                "'messages': [{'role': 'user', 'content': 'x'}], 'guided_regex': 'a', 'guided_choice': ['b'] |"
                        + " guided_choice | both",
                "'messages': [{'role': 'user', 'content': 'x'}], 'max_tokens': 3, 'max_completion_tokens': 4 |"
                        + " max_completion_tokens | one of them"
            })
    void aWrongChatIsNamedToo(String fields, String param, String wayOut) {
        var reply = post("/v1/chat/completions", "{" + fields + "}");
        assertThat(reply.status()).as(reply.response().body()).isEqualTo(400);
        assertThat(reply.error("param")).isEqualTo(param);
        assertThat(reply.error("message")).contains(wayOut);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | missing",
                "{'prompt': []} | must be",
                "{'prompt': ''} | no token",
                "{'prompt': [1, 'a']} | whole numbers",
                "{'prompt': [257]} | from 0 to 256",
                "{'prompt': {'a': 1}} | must be"
            })
    void aWrongPromptIsRefused(String body, String wayOut) {
        var reply = post("/v1/completions", body);
        assertThat(reply.status()).as(reply.response().body()).isEqualTo(400);
        assertThat(reply.error("param")).isEqualTo("prompt");
        assertThat(reply.error("message")).contains(wayOut);
    }

    @Test
    void aPromptThatFillsTheContextIsRefused() {
        var reply = post("/v1/completions", "{'prompt': '" + "x".repeat(300) + "'}");
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.error("code")).isEqualTo("context_length_exceeded");
        assertThat(reply.error("message")).contains("300").contains("256");
    }

    @Test
    void whatIsNoJsonIsRefused() {
        for (String body : List.of("", "{", "[]", "{'prompt': 'x'} {}", "{'prompt': 'x',}")) {
            var reply = post("/v1/completions", body);
            assertThat(reply.status()).as(body).isEqualTo(400);
            assertThat(reply.error("code")).isEqualTo("invalid_json");
        }
        var invalid = toy.client()
                .send(keyed("/v1/completions")
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(
                                "{\"prompt\": \"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1)))
                        .build());
        assertThat(invalid.status()).isEqualTo(400);
    }

    @Test
    void anotherModelIsNotFound() {
        var reply = post("/v1/completions", "{'model': 'gpt', 'prompt': 'x'}");
        assertThat(reply.status()).isEqualTo(404);
        assertThat(reply.error("message")).contains("gpt").contains("toy");
        assertThat(toy.client().send(keyed("/v1/models/gpt").build()).status()).isEqualTo(404);
    }

    @Test
    void anotherMethodIsNotAllowed() {
        var get = toy.client().send(keyed("/v1/completions").GET().build());
        assertThat(get.status()).isEqualTo(405);
        assertThat(get.header("Allow")).isEqualTo("POST");
        var delete = toy.client().send(keyed("/v1/models").DELETE().build());
        assertThat(delete.status()).isEqualTo(405);
        assertThat(delete.header("Allow")).isEqualTo("GET");
        var nowhere = toy.client().send(keyed("/v1/nowhere").build());
        assertThat(nowhere.status()).isEqualTo(404);
        assertThat(nowhere.error("message")).contains("/v1/chat/completions");
    }

    @Test
    void aLongBodyIsRefused() {
        for (int length : new int[] {30_000, 5_000_000}) { // the second beyond what sockets hold for who reads late
            var reply = post("/v1/completions", "{'prompt': '" + "x".repeat(length) + "'}");
            assertThat(reply.status()).isEqualTo(413);
            assertThat(reply.error("message")).contains("20000");
        }
        byte[] body = ("{\"prompt\": \"" + "x".repeat(30_000) + "\"}").getBytes(StandardCharsets.UTF_8);
        var chunked = keyed("/v1/completions")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArrays(List.of(body)))
                .build();
        assertThat(toy.client().send(chunked).status()).isEqualTo(413);
    }

    @Test
    void aBodyOfAnotherTypeIsRefused() {
        var reply = toy.client()
                .send(keyed("/v1/completions")
                        .header("Content-Type", "text/plain")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"prompt\": \"x\"}"))
                        .build());
        assertThat(reply.status()).isEqualTo(415);
    }

    @Test
    void whoHasNoKeyIsNotLetIn() {
        var none = toy.client().get("/v1/models");
        assertThat(none.status()).isEqualTo(401);
        assertThat(none.error("message")).contains("Authorization");
        var wrong = toy.client()
                .send(toy.client()
                        .to("/v1/models")
                        .header("Authorization", "Bearer third")
                        .build());
        assertThat(wrong.status()).isEqualTo(401);
        assertThat(wrong.response().body()).doesNotContain("second");
        assertThat(toy.client().send(keyed("/v1/models").build()).status()).isEqualTo(200);
        assertThat(toy.client().get("/health").status()).isEqualTo(200);
    }
}
