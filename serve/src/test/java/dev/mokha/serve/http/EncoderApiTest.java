package dev.mokha.serve.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.language.embed.EmbedSettings;
import dev.mokha.language.embed.TextEmbedder;
import dev.mokha.language.finetune.Prediction;
import dev.mokha.language.finetune.Predictor;
import dev.mokha.language.finetune.TooLong;
import dev.mokha.language.folder.EncoderFolder;
import dev.mokha.language.task.Label;
import dev.mokha.language.task.Place;
import dev.mokha.language.task.TextExample;
import dev.mokha.serve.encode.ToyEncoders;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What encoders answer over HTTP, against the same models without a server.
final class EncoderApiTest {
    /// Products of other sizes are summed in another order.
    private static final Offset<Double> CLOSE = Offset.offset(2e-5);

    @TempDir
    static Path folder;

    private static SequencedMap<String, Path> folders = new LinkedHashMap<>();
    private static ServedEncoders toys;

    @BeforeAll
    static void start() {
        folders = ToyEncoders.write(folder);
        toys = ServedEncoders.start(folders);
    }

    @AfterAll
    static void stop() {
        toys.close();
    }

    private static JsonNode post(String path, String body) {
        var reply = toys.client().post(path, body);
        assertThat(reply.status()).as(reply.response().body()).isEqualTo(200);
        return reply.json();
    }

    private static double[] numbers(JsonNode array) {
        return array.valueStream().mapToDouble(JsonNode::doubleValue).toArray();
    }

    private static double[] embedded(String text, EmbedSettings settings) {
        try (var embedder = TextEmbedder.open(Objects.requireNonNull(folders.get("vectors")), settings)) {
            float[] vector = embedder.embed(text);
            double[] wide = new double[vector.length];
            for (int i = 0; i < wide.length; i++) {
                wide[i] = vector[i];
            }
            return wide;
        }
    }

    private static Prediction predicted(String model, String text, @Nullable String pair) {
        var encoder = EncoderFolder.open(Objects.requireNonNull(folders.get(model)));
        try (var predictor = Predictor.open(encoder, 0, TooLong.STOP)) {
            var example = new TextExample(new Place(Path.of("test"), 1), text, pair, new Label.Unknown());
            return predictor.predict(List.of(example)).getFirst();
        }
    }

    private static double cosine(String first, String second) {
        double[] a = embedded(first, EmbedSettings.standard());
        double[] b = embedded(second, EmbedSettings.standard());
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    @Test
    void embeddingsAreThoseOfTheCommand() {
        var json = post(
                "/v1/embeddings", "{'model': 'vectors', 'input': ['the cat', 'a dog sat on the mat'], 'user': 'u'}");
        assertThat(json.get("object").stringValue()).isEqualTo("list");
        assertThat(json.get("model").stringValue()).isEqualTo("vectors");
        assertThat(json.get("id").stringValue()).startsWith("embd-");
        assertThat(json.at("/data/1/object").stringValue()).isEqualTo("embedding");
        assertThat(json.at("/data/1/index").intValue()).isEqualTo(1);
        assertThat(numbers(json.at("/data/0/embedding")))
                .containsExactly(embedded("the cat", EmbedSettings.standard()), CLOSE);
        assertThat(numbers(json.at("/data/1/embedding")))
                .containsExactly(embedded("a dog sat on the mat", EmbedSettings.standard()), CLOSE);
        int tokens = json.at("/usage/prompt_tokens").intValue();
        var tokenizer = EncoderFolder.open(Objects.requireNonNull(folders.get("vectors")))
                .tokenizer();
        assertThat(tokens)
                .isEqualTo(tokenizer.encodeIds("the cat").length + tokenizer.encodeIds("a dog sat on the mat").length)
                .isEqualTo(json.at("/usage/total_tokens").intValue());
    }

    @Test
    void aTextItsTokensAndBase64SayTheSame() {
        var text = post("/v1/embeddings", "{'model': 'vectors', 'input': 'the cat'}");
        int[] ids = EncoderFolder.open(Objects.requireNonNull(folders.get("vectors")))
                .tokenizer()
                .encodeIds("the cat");
        for (String input : List.of(JsonText.of(ids), JsonText.of(List.of(ids)))) {
            var tokens = post("/v1/embeddings", "{'model': 'vectors', 'input': " + input + "}");
            assertThat(numbers(tokens.at("/data/0/embedding")))
                    .containsExactly(numbers(text.at("/data/0/embedding")), CLOSE);
        }
        var coded = post("/v1/embeddings", "{'model': 'vectors', 'input': 'the cat', 'encoding_format': 'base64'}");
        var floats = ByteBuffer.wrap(
                        Base64.getDecoder().decode(coded.at("/data/0/embedding").stringValue()))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
        double[] same = numbers(text.at("/data/0/embedding"));
        assertThat(floats.remaining()).isEqualTo(same.length);
        for (double number : same) {
            assertThat((double) floats.get()).isCloseTo(number, CLOSE);
        }
    }

    @Test
    void dimensionsKeepTheFirstOnesWithLengthOneAgain() {
        var json = post("/v1/embeddings", "{'model': 'vectors', 'input': 'the cat', 'dimensions': 8}");
        assertThat(numbers(json.at("/data/0/embedding")))
                .containsExactly(embedded("the cat", EmbedSettings.standard().withSize(8)), CLOSE);
        var plain = post("/v1/embeddings", "{'model': 'vectors', 'input': 'the cat', 'normalize': false}");
        assertThat(numbers(plain.at("/data/0/embedding")))
                .containsExactly(embedded("the cat", EmbedSettings.standard().withNormalize(false)), CLOSE);
    }

    @Test
    void aTextThatIsTooLongIsCutWhereThatIsAskedFor() {
        String text = "the cat ".repeat(30).strip();
        var cut = EmbedSettings.standard().withMaxLength(10);
        var ten = post("/v1/embeddings", "{'model': 'vectors', 'input': '" + text + "', 'truncate_prompt_tokens': 10}");
        assertThat(ten.at("/usage/prompt_tokens").intValue()).isEqualTo(10);
        assertThat(numbers(ten.at("/data/0/embedding"))).containsExactly(embedded(text, cut), CLOSE);
        for (String how : List.of("'truncate_prompt_tokens': -1", "'truncate': true", "'truncate': 'END'")) {
            var all = post("/v1/embeddings", "{'model': 'vectors', 'input': '" + text + "', " + how + "}");
            assertThat(all.at("/usage/prompt_tokens").intValue()).isEqualTo(ToyEncoders.LONGEST);
        }
    }

    @Test
    void classesAreThoseOfTheCommand() {
        var json = post("/classify", "{'model': 'classes', 'input': ['the cat', 'dog']}");
        for (int i = 0; i < 2; i++) {
            Prediction expected = predicted("classes", List.of("the cat", "dog").get(i), null);
            JsonNode one = json.at("/data/" + i);
            assertThat(one.get("label").stringValue())
                    .isEqualTo(expected.labels().getFirst());
            assertThat(numbers(one.get("probs")))
                    .containsExactly(
                            expected.probs().getFirst().stream()
                                    .mapToDouble(Double::doubleValue)
                                    .toArray(),
                            CLOSE);
            assertThat(one.get("num_classes").intValue()).isEqualTo(3);
        }
    }

    @Test
    void classesThatMayHoldTogetherHaveProbabilitiesOfTheirOwn() {
        var logits = post("/classify", "{'model': 'tags', 'input': 'the cat', 'use_activation': false}");
        var probs = post("/classify", "{'model': 'tags', 'input': 'the cat'}");
        for (int k = 0; k < 2; k++) {
            double logit = logits.at("/data/0/probs/" + k).doubleValue();
            assertThat(probs.at("/data/0/probs/" + k).doubleValue()).isCloseTo(1 / (1 + Math.exp(-logit)), CLOSE);
        }
        var number = post("/classify", "{'model': 'judge', 'input': 'the cat'}");
        assertThat(number.at("/data/0/probs/0").doubleValue())
                .isCloseTo(predicted("judge", "the cat", null).value(), CLOSE);
    }

    @Test
    void aCrossEncoderReadsPairsTogether() {
        var json = post(
                "/v1/score",
                "{'model': 'judge', 'text_1': ['the cat', 'a dog'], 'text_2': ['on the mat', 'the dog sat'],"
                        + " 'use_activation': false}");
        assertThat(json.at("/data/0/score").doubleValue())
                .isCloseTo(predicted("judge", "the cat", "on the mat").value(), CLOSE);
        assertThat(json.at("/data/1/score").doubleValue())
                .isCloseTo(predicted("judge", "a dog", "the dog sat").value(), CLOSE);
        var one = post("/score", "{'model': 'judge', 'text_1': 'the cat', 'text_2': ['on the mat', 'the dog sat']}");
        double logit = predicted("judge", "the cat", "the dog sat").value();
        assertThat(one.at("/data/1/score").doubleValue()).isCloseTo(1 / (1 + Math.exp(-logit)), CLOSE);
        assertThat(one.at("/data/1/object").stringValue()).isEqualTo("score");
    }

    @Test
    void vectorsAreScoredByTheirCosine() {
        var json = post("/score", "{'model': 'vectors', 'text_1': 'the cat', 'text_2': ['the cat', 'a dog']}");
        assertThat(json.at("/data/0/score").doubleValue()).isCloseTo(1, CLOSE);
        assertThat(json.at("/data/1/score").doubleValue()).isCloseTo(cosine("the cat", "a dog"), CLOSE);
    }

    @Test
    void documentsComeBestFirst() {
        var documents = List.of("on the mat", "the dog sat", "a cat", "the mat");
        String asked =
                "'query': 'the cat', 'documents': " + JsonText.of(documents).replace('"', '\'');
        for (String model : List.of("judge", "vectors")) {
            var all = new ArrayList<Double>();
            for (String document : documents) {
                double logit = predicted("judge", "the cat", document).value();
                all.add(model.equals("judge") ? 1 / (1 + Math.exp(-logit)) : cosine("the cat", document));
            }
            var json = post("/rerank", "{'model': '" + model + "', " + asked + "}");
            double last = Double.POSITIVE_INFINITY;
            assertThat(json.get("results").size()).isEqualTo(4);
            for (JsonNode one : json.get("results")) {
                int index = one.get("index").intValue();
                double score = one.get("relevance_score").doubleValue();
                assertThat(score).isCloseTo(all.get(index), CLOSE).isLessThanOrEqualTo(last);
                assertThat(one.at("/document/text").stringValue()).isEqualTo(documents.get(index));
                last = score;
            }
        }
        var top = post("/v1/rerank", "{'model': 'judge', 'top_n': 2, 'return_documents': false, " + asked + "}");
        assertThat(top.get("results").size()).isEqualTo(2);
        assertThat(top.at("/results/0").has("document")).isFalse();
        var objects = post(
                "/v2/rerank", "{'model': 'judge', 'query': 'the cat', 'documents': [{'text': 'a cat'}, 'the mat']}");
        assertThat(objects.get("results").size()).isEqualTo(2);
    }

    @Test
    void modelsAreListedAndMeasured() {
        var models = toys.client().get("/v1/models").json();
        assertThat(models.at("/data").valueStream().map(one -> one.get("id").stringValue()))
                .containsExactlyElementsOf(folders.keySet());
        assertThat(toys.client()
                        .get("/v1/models/judge")
                        .json()
                        .get("max_model_len")
                        .intValue())
                .isEqualTo(ToyEncoders.LONGEST);
        assertThat(toys.client().get("/health").status()).isEqualTo(200);
        post("/classify", "{'model': 'tags', 'input': ['a', 'dog']}");
        String metrics = toys.client().get("/metrics").response().body();
        assertThat(metrics)
                .contains("vllm:num_requests_waiting{model_name=\"tags\"} 0.0")
                .contains("te_queue_size{model_name=\"tags\"} 0.0")
                .contains("te_batch_next_size_count{model_name=\"tags\"}")
                .contains("te_batch_next_tokens_bucket{model_name=\"tags\",le=\"16.0\"}")
                .contains("te_request_inference_duration_seconds_count{model_name=\"tags\"}")
                .contains("vllm:e2e_request_latency_seconds_count{model_name=\"tags\"}")
                .contains("vllm:request_success_total{finished_reason=\"stop\",model_name=\"tags\"}");
    }
}
