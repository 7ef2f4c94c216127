package dev.mokha.serve.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.serve.engine.Toy;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ChatTest {
    @TempDir
    static Path folder;

    private static ServedToy toy;

    @BeforeAll
    static void start() {
        toy = ServedToy.start(Toy.write(folder, 0.3));
    }

    @AfterAll
    static void stop() {
        toy.close();
    }

    private static JsonNode ask(String body) {
        var reply = toy.client().post("/v1/chat/completions", body);
        assertThat(reply.status()).as(reply.response().body()).isEqualTo(200);
        return reply.json();
    }

    private static String content(JsonNode body) {
        return body.at("/choices/0/message/content").stringValue();
    }

    /// What the toy continues a text with, greedily.
    private static String continued(String prompt) {
        return toy.client()
                .raw("/v1/completions", JsonText.body(prompt, "'max_tokens': 16, 'temperature': 0, 'ignore_eos': true"))
                .json()
                .at("/choices/0/text")
                .stringValue();
    }

    private static final String GREEDY = "'max_tokens': 16, 'temperature': 0, 'ignore_eos': true";

    @Test
    void aChatHasAllThatClientsRead() {
        JsonNode body = ask("{'messages': [{'role': 'user', 'content': 'hi'}], " + GREEDY + "}");
        assertThat(body.get("object").stringValue()).isEqualTo("chat.completion");
        assertThat(body.get("id").stringValue()).startsWith("chatcmpl-");
        assertThat(body.at("/choices/0/message/role").stringValue()).isEqualTo("assistant");
        assertThat(body.at("/choices/0/finish_reason").stringValue()).isEqualTo("length");
        assertThat(body.at("/usage/prompt_tokens").intValue()).isEqualTo("user: hi\nassistant: ".length());
        assertThat(content(body)).isEqualTo(continued("user: hi\nassistant: "));
    }

    @Test
    void theTemplateMakesThePrompt() {
        assertThat(content(ask("{'messages': [{'role': 'developer', 'content': 'be brief'},"
                        + "{'role': 'user', 'content': [{'type': 'text', 'text': 'a'}, {'type': 'text', 'text': 'b'}]}],"
                        + "'chat_template_kwargs': {'shout': true}, " + GREEDY + "}")))
                .isEqualTo(continued("system: be brief!\nuser: a\nb!\nassistant: "));
        assertThat(content(ask("{'messages': [{'role': 'user', 'content': 'hi'}], 'add_generation_prompt': false, "
                        + GREEDY + "}")))
                .isEqualTo(continued("user: hi\n"));
        assertThat(content(ask("{'messages': [{'role': 'user', 'content': 'hi'},"
                        + "{'role': 'assistant', 'content': 'well, '}], 'continue_final_message': true, " + GREEDY
                        + "}")))
                .isEqualTo(continued("user: hi\nassistant: well,"));
    }

    @Test
    void piecesOfAStreamAreTheWhole() {
        String fields = "'max_completion_tokens': 50, 'seed': 2, 'logprobs': true, 'top_logprobs': 2";
        JsonNode whole = toy.client().chat(fields).json();
        var events = toy.client().chat(fields + ", 'stream': true").events();
        assertThat(events.getFirst().at("/choices/0/delta/role").stringValue()).isEqualTo("assistant");
        assertThat(events).allMatch(event -> event.get("object").stringValue().equals("chat.completion.chunk"));
        assertThat(events.stream()
                        .map(event -> event.at("/choices/0/delta/content").asString(""))
                        .collect(Collectors.joining()))
                .isEqualTo(content(whole));
        assertThat(events.getLast().at("/choices/0/finish_reason")).isEqualTo(whole.at("/choices/0/finish_reason"));
        var streamed = events.stream()
                .flatMap(event -> event.at("/choices/0/logprobs/content").valueStream())
                .toList();
        assertThat(streamed)
                .isEqualTo(whole.at("/choices/0/logprobs/content").valueStream().toList());
    }

    @Test
    void logProbsNameTokensAndTheirBytes() {
        JsonNode body = toy.client()
                .chat("'max_tokens': 20, 'temperature': 0, 'ignore_eos': true, 'logprobs': true, 'top_logprobs': 3")
                .json();
        var bytes = new ByteArrayOutputStream();
        for (JsonNode token : body.at("/choices/0/logprobs/content")) {
            token.get("bytes").valueStream().forEach(one -> bytes.write(one.intValue()));
            assertThat(token.get("top_logprobs")).hasSize(3);
            assertThat(token.get("top_logprobs").get(0).get("logprob").doubleValue())
                    .isCloseTo(token.get("logprob").doubleValue(), within(1e-9));
        }
        assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo(content(body));
    }

    @Test
    void jsonIsValid() {
        for (int seed = 0; seed < 3; seed++) {
            JsonNode object = ask("{'messages': [{'role': 'user', 'content': 'hi'}], 'max_tokens': 120,"
                    + "'logit_bias': {'35': 3, '126': 6}, 'seed': " + seed
                    + ", 'response_format': {'type': 'json_object'}}");
            if (object.at("/choices/0/finish_reason").stringValue().equals("stop")) {
                assertThat(JsonMapper.shared().readTree(content(object)).isObject())
                        .isTrue();
            }
            JsonNode schema = ask("{'messages': [{'role': 'user', 'content': 'hi'}], 'max_tokens': 200, 'seed': " + seed
                    + ", 'response_format': {'type': 'json_schema', 'json_schema': {'name': 'x', 'strict': true,"
                    + "'schema': {'type': 'object', 'properties': {'kind': {'enum': ['cat', 'dog']},"
                    + "'legs': {'type': 'integer', 'minimum': 2, 'maximum': 4}}, 'required': ['kind', 'legs'],"
                    + "'additionalProperties': false}}}}");
            JsonNode value = JsonMapper.shared().readTree(content(schema));
            assertThat(schema.at("/choices/0/finish_reason").stringValue()).isEqualTo("stop");
            assertThat(value.get("kind").stringValue()).isIn("cat", "dog");
            assertThat(value.get("legs").intValue()).isBetween(2, 4);
            assertThat(value).hasSize(2);
        }
    }

    @Test
    void whatChangesNothingMayBeThere() {
        assertThat(toy.client()
                        .chat("'max_tokens': 1, 'user': 'me', 'store': false, 'metadata': {'a': 'b'}, 'tools': null,"
                                + "'service_tier': 'auto', 'parallel_tool_calls': true, 'priority': -3,"
                                + "'safety_identifier': 'x', 'response_format': {'type': 'text'}, 'stream': false")
                        .status())
                .isEqualTo(200);
    }
}
