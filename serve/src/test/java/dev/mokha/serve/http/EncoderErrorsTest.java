package dev.mokha.serve.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.mokha.serve.encode.EncodeOptions;
import dev.mokha.serve.encode.Encoders;
import dev.mokha.serve.encode.ServedEncoder;
import dev.mokha.serve.encode.ToyEncoders;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Requests that encoders do not answer.
final class EncoderErrorsTest {
    private static ServedEncoders toys;

    @BeforeAll
    static void start() throws IOException {
        Path folder = Files.createTempDirectory("encoders"); // the fuzzing has no temporary folder of its own
        toys = ServedEncoders.start(
                ToyEncoders.write(folder), EncodeOptions.DEFAULT, options -> options.withApiKeys(List.of("key")));
    }

    @AfterAll
    static void stop() {
        toys.close();
    }

    private static Client.Reply post(String path, String body) {
        return toys.client()
                .send(toys.client()
                        .to(path)
                        .header("Authorization", "Bearer key")
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')))
                        .build());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "/v1/embeddings | 'model': 'vectors' | input | missing",
                "/v1/embeddings | 'model': 'vectors', 'input': [] | input | must be a string",
                "/v1/embeddings | 'model': 'vectors', 'input': 3 | input | must be a string",
                "/v1/embeddings | 'model': 'vectors', 'input': ['a', 3] | input | must be a string",
                "/v1/embeddings | 'model': 'vectors', 'input': [[1], []] | input | must be a string",
                "/v1/embeddings | 'model': 'vectors', 'input': [100000] | input | from 0 to",
                "/v1/embeddings | 'model': 'vectors', 'input': [-1] | input | from 0 to",
                "/v1/embeddings | 'model': 'vectors', 'input': 'a', 'dimensions': 0 | dimensions | between 1 and 64",
                "/v1/embeddings | 'model': 'vectors', 'input': 'a', 'dimensions': 65 | dimensions | between 1 and 64",
                "/v1/embeddings | 'model': 'vectors', 'input': 'a', 'encoding_format': 'hex' | encoding_format | base64",
                "/v1/embeddings | 'model': 'vectors', 'input': 'a', 'normalize': 1 | normalize | true or false",
                "/v1/embeddings | 'model': 'vectors', 'input': 'a', 'user': 1 | user | string",
                "/v1/embeddings | 'model': 'vectors', 'input': 'a', 'mood': 1 | mood | leave it out",
                "/v1/embeddings | 'model': 'vectors', 'input': 'a', 'truncate': 'START' | truncate | END",
                "/v1/embeddings | 'model': 'vectors', 'input': 'a', 'truncate_prompt_tokens': 33 |"
                        + " truncate_prompt_tokens | between 8 and 32",
                "/v1/embeddings | 'model': 'vectors', 'input': 'a', 'truncate_prompt_tokens': 0 |"
                        + " truncate_prompt_tokens | or be -1",
                "/v1/embeddings | 'model': 'vectors', 'input': 'a', 'truncate_prompt_tokens': 9.5 |"
                        + " truncate_prompt_tokens | or be -1",
                "/v1/embeddings | 'model': 'classes', 'input': 'a' | model | name one of vectors",
                "/v1/embeddings | 'model': 3, 'input': 'a' | model | string",
                "/v1/rerank | 'documents': ['a'] | model | name one of vectors, judge",
                "/v1/rerank | 'model': 'judge', 'documents': ['a'] | query | missing",
                "/v1/rerank | 'model': 'judge', 'query': 'a' | documents | missing",
                "/v1/rerank | 'model': 'judge', 'query': 'a', 'documents': [] | documents | list of strings",
                "/v1/rerank | 'model': 'judge', 'query': 'a', 'documents': ['a', 3] | documents[1] | list of strings",
                "/v1/rerank | 'model': 'judge', 'query': 'a', 'documents': [{'image': 3}] | documents[0] | `text`",
                "/v1/rerank | 'model': 'judge', 'query': 'a', 'documents': ['a'], 'top_n': -1 | top_n | at least 0",
                "/v1/rerank | 'model': 'judge', 'query': 'a', 'documents': ['a'], 'return_documents': 'x' |"
                        + " return_documents | true or false",
                "/v1/rerank | 'model': 'tags', 'query': 'a', 'documents': ['a'] | model | name one of vectors, judge",
                "/score | 'model': 'judge', 'text_1': 'a' | text_2 | missing",
                "/score | 'model': 'judge', 'text_1': [], 'text_2': 'a' | text_1 | list of at most",
                "/score | 'model': 'judge', 'text_1': [1], 'text_2': 'a' | text_1 | list of at most",
                "/score | 'model': 'judge', 'text_1': ['a', 'b'], 'text_2': 'a' | text_1 | one text on the left",
                "/score | 'model': 'judge', 'text_1': 'a', 'text_2': 'a', 'use_activation': 0 | use_activation | true",
                "/classify | 'model': 'vectors', 'input': 'a' | model | name one of classes, judge, tags",
                "/classify | 'input': 'a' | model | missing"
            })
    void aWrongFieldIsNamedWithAWayOut(String path, String fields, String param, String wayOut) {
        var reply = post(path, "{" + fields + "}");
        assertThat(reply.status()).as(reply.response().body()).isEqualTo(400);
        assertThat(reply.error("type")).isEqualTo("invalid_request_error");
        assertThat(reply.error("param")).isEqualTo(param);
        assertThat(reply.error("message")).contains(param).contains(wayOut);
        assertThat(reply.error("code")).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "/v1/embeddings | 'model': 'vectors', 'input': ['a', '%s'] | input[1] | 62 tokens",
                "/v1/rerank | 'model': 'judge', 'query': 'a', 'documents': ['a', '%s'] | documents[1] | 64 tokens",
                "/score | 'model': 'judge', 'text_1': 'a', 'text_2': '%s' | text_2 | together have 64 tokens"
            })
    void aTextThatIsTooLongIsAnErrorWithBothLengths(String path, String fields, String param, String message) {
        var reply = post(path, "{" + fields.formatted("the cat ".repeat(30).strip()) + "}");
        assertThat(reply.status()).as(reply.response().body()).isEqualTo(400);
        assertThat(reply.error("code")).isEqualTo("context_length_exceeded");
        assertThat(reply.error("param")).isEqualTo(param);
        assertThat(reply.error("message"))
                .contains(message)
                .contains("reads " + ToyEncoders.LONGEST)
                .contains("truncate_prompt_tokens");
    }

    @Test
    void tooManyTextsAreRefused() {
        String many = "'a', ".repeat(2048) + "'a'";
        assertThat(post("/classify", "{'model': 'tags', 'input': [" + many + "]}")
                        .error("message"))
                .contains("2049")
                .contains("2048");
        assertThat(post("/rerank", "{'model': 'judge', 'query': 'a', 'documents': [" + many + "]}")
                        .error("message"))
                .contains("1 to 2048");
    }

    @Test
    void aModelThatIsNotThereIsNotFound() {
        var unknown = post("/v1/embeddings", "{'model': 'gpt', 'input': 'a'}");
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.error("message")).contains("gpt").contains("name one of vectors");
        var writes = post("/v1/completions", "{'prompt': 'a'}");
        assertThat(writes.status()).isEqualTo(404);
        assertThat(writes.error("message")).contains("no model here writes text");
    }

    @Test
    void everyPathWantsAKeyAndItsMethod() {
        for (String path : List.of("/v1/embeddings", "/rerank", "/v2/rerank", "/score", "/classify")) {
            assertThat(toys.client().post(path, "{}").status()).isEqualTo(401);
            var get = toys.client()
                    .send(toys.client()
                            .to(path)
                            .header("Authorization", "Bearer key")
                            .build());
            assertThat(get.status()).isEqualTo(405);
            assertThat(get.header("Allow")).isEqualTo("POST");
            assertThat(post(path, "{").error("code")).isEqualTo("invalid_json");
        }
    }

    @FuzzTest(maxDuration = "5s")
    void anyBodyIsReadOrRefused(FuzzedDataProvider data) {
        EncoderRoute route = data.pickValue(EncoderRoute.values());
        String body = "{\"model\": \"" + data.pickValue(new String[] {"vectors", "judge", "classes"}) + "\", "
                + data.consumeRemainingAsString() + "}";
        try {
            Fields fields = Fields.of(body.getBytes(StandardCharsets.UTF_8));
            Encoders encoders = toys.encoders();
            ServedEncoder encoder = new EncoderChoice(encoders, List.of()).of(fields, route);
            EncoderTask task = EncoderTask.read(route, new EncoderTexts(encoder, fields), fields);
            assertThat(task.sequences()).isNotEmpty().allMatch(sequence -> sequence.length() <= ToyEncoders.LONGEST);
        } catch (ApiException e) {
            assertThat(e.status()).isBetween(400, 404);
            assertThat(e.getMessage()).isNotEmpty();
        }
    }
}
