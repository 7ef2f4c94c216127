package dev.mokha.serve.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.serve.engine.Toy;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class CompletionsTest {
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

    private static JsonNode complete(String fields) {
        var reply = toy.client().complete(fields);
        assertThat(reply.status()).as(reply.response().body()).isEqualTo(200);
        return reply.json();
    }

    private static String text(JsonNode body, int choice) {
        return body.at("/choices/" + choice + "/text").stringValue();
    }

    @Test
    void aCompletionHasAllThatClientsRead() {
        JsonNode body = complete("'model': 'toy', 'max_tokens': 12, 'temperature': 0, 'ignore_eos': true");
        assertThat(body.get("object").stringValue()).isEqualTo("text_completion");
        assertThat(body.get("model").stringValue()).isEqualTo("toy");
        assertThat(body.get("id").stringValue()).startsWith("cmpl-");
        assertThat(body.get("created").longValue()).isPositive();
        assertThat(body.at("/choices/0/finish_reason").stringValue()).isEqualTo("length");
        assertThat(body.at("/choices/0/logprobs").isNull()).isTrue();
        assertThat(body.at("/usage/prompt_tokens").intValue()).isEqualTo(3);
        assertThat(body.at("/usage/completion_tokens").intValue()).isEqualTo(12);
        assertThat(body.at("/usage/total_tokens").intValue()).isEqualTo(15);
        assertThat(body.at("/usage/prompt_tokens_details/cached_tokens").intValue())
                .isZero();
    }

    @Test
    void equalSeedsGiveEqualTextsAndOthersOthers() {
        String fields = "'max_tokens': 30, 'ignore_eos': true, 'seed': ";
        assertThat(text(complete(fields + 5), 0)).isEqualTo(text(complete(fields + 5), 0));
        assertThat(text(complete(fields + 5), 0)).isNotEqualTo(text(complete(fields + 6), 0));
        String free = "'max_tokens': 30, 'ignore_eos': true";
        assertThat(text(complete(free), 0)).isNotEqualTo(text(complete(free), 0));
    }

    /// Texts of 24 tokens, greedy but for the fields.
    private static String with(String fields) {
        return text(complete("'max_tokens': 24, 'seed': 3, 'ignore_eos': true, " + fields), 0);
    }

    @Test
    void cutsThatLeaveOneTokenAreGreedy() {
        String greedy = with("'temperature': 0");
        for (String cut : List.of("'top_k': 1", "'top_p': 1e-9", "'min_p': 1", "'temperature': 1e-6")) {
            assertThat(with(cut)).as(cut).isEqualTo(greedy);
        }
        assertThat(with("'top_k': -1")).isEqualTo(with("'top_k': 0")).isNotEqualTo(greedy);
    }

    @Test
    void penaltiesBiasAndTypicalChangeTheText() {
        String greedy = with("'temperature': 0");
        for (String field : List.of(
                "'repetition_penalty': 100",
                "'presence_penalty': 2",
                "'frequency_penalty': 2",
                "'logit_bias': {'98': 100}")) {
            assertThat(with("'temperature': 0, " + field)).as(field).isNotEqualTo(greedy);
        }
        assertThat(with("'typical_p': 0.2")).isNotEqualTo(with("'typical_p': 1"));
        assertThat(with("'temperature': 0, 'logit_bias': {'98': 100}")).contains("a".repeat(5));
    }

    @Test
    void piecesOfAStreamAreTheWhole() {
        String fields = "'max_tokens': 60, 'temperature': 1, 'seed': 9, 'n': 3, 'ignore_eos': true, 'stop': ['#']";
        JsonNode whole = complete(fields);
        var events = toy.client()
                .complete(fields + ", 'stream': true, 'stream_options': {'include_usage': true}")
                .events();
        var texts = new StringBuilder[] {new StringBuilder(), new StringBuilder(), new StringBuilder()};
        var finishes = new String[3];
        for (JsonNode event : events.subList(0, events.size() - 1)) {
            assertThat(event.get("usage").isNull()).isTrue();
            JsonNode choice = event.at("/choices/0");
            int index = choice.get("index").intValue();
            texts[index].append(choice.get("text").stringValue());
            if (!choice.get("finish_reason").isNull()) {
                assertThat(finishes[index]).isNull();
                finishes[index] = choice.get("finish_reason").stringValue();
            }
        }
        for (int i = 0; i < 3; i++) {
            assertThat(texts[i].toString()).isEqualTo(text(whole, i));
            assertThat(finishes[i])
                    .isEqualTo(whole.at("/choices/" + i + "/finish_reason").stringValue());
        }
        JsonNode usage = events.getLast().get("usage");
        assertThat(events.getLast().get("choices")).isEmpty();
        assertThat(usage.get("completion_tokens")).isEqualTo(whole.at("/usage/completion_tokens"));
        assertThat(usage.get("prompt_tokens").intValue()).isEqualTo(3);
    }

    @Test
    void stopTextsEndAcrossTokensAndMayBeKept() {
        String all = with("'temperature': 0");
        String stop = all.substring(8, 11); // bytes are tokens: three of them
        String before = all.substring(0, all.indexOf(stop));
        String fields = "'max_tokens': 24, 'ignore_eos': true, 'temperature': 0, 'stop': "
                + JsonText.of(List.of("never there", stop));
        JsonNode cut = toy.client()
                .raw("/v1/completions", JsonText.body("abc", fields))
                .json();
        assertThat(text(cut, 0)).isEqualTo(before);
        assertThat(cut.at("/choices/0/finish_reason").stringValue()).isEqualTo("stop");
        JsonNode kept = toy.client()
                .raw("/v1/completions", JsonText.body("abc", fields + ", 'include_stop_str_in_output': true"))
                .json();
        assertThat(text(kept, 0)).isEqualTo(before + stop);
        var events = toy.client()
                .raw("/v1/completions", JsonText.body("abc", fields + ", 'stream': true"))
                .events();
        assertThat(events.stream()
                        .map(event -> event.at("/choices/0/text").stringValue())
                        .collect(Collectors.joining()))
                .isEqualTo(before);
    }

    @Test
    void stopTokensEndButNotBeforeTheLeastLength() {
        String biased = "'max_tokens': 20, 'temperature': 0, 'logit_bias': {'98': 100}, 'stop_token_ids': [98]";
        JsonNode ended = complete(biased);
        assertThat(text(ended, 0)).isEmpty();
        assertThat(ended.at("/choices/0/finish_reason").stringValue()).isEqualTo("stop");
        assertThat(ended.at("/usage/completion_tokens").intValue()).isEqualTo(1);
        JsonNode later = complete(biased + ", 'min_tokens': 7");
        assertThat(later.at("/usage/completion_tokens").intValue()).isEqualTo(8);
    }

    @Test
    void severalPromptsAreAnsweredInOrder() {
        String fields = ", 'max_tokens': 10, 'temperature': 0, 'ignore_eos': true";
        JsonNode both = toy.client()
                .post("/v1/completions", "{'prompt': ['abc', 'xyz'], 'n': 2" + fields + "}")
                .json();
        assertThat(both.get("choices")).hasSize(4);
        assertThat(both.at("/usage/prompt_tokens").intValue()).isEqualTo(6);
        JsonNode ids = toy.client()
                .post("/v1/completions", "{'prompt': [[98, 99, 100], [121, 122, 123]]" + fields + "}")
                .json();
        JsonNode one = toy.client()
                .post("/v1/completions", "{'prompt': [121, 122, 123], 'echo': true" + fields + "}")
                .json();
        assertThat(text(both, 0)).isEqualTo(text(both, 1)).isEqualTo(text(ids, 0));
        assertThat(text(both, 2)).isEqualTo(text(ids, 1));
        assertThat("xyz" + text(both, 2)).isEqualTo(text(one, 0));
        assertThat(text(both, 0)).isNotEqualTo(text(both, 2));
        var echoed = toy.client()
                .post("/v1/completions", "{'prompt': 'xyz', 'echo': true, 'stream': true" + fields + "}")
                .events();
        assertThat(echoed.stream()
                        .map(event -> event.at("/choices/0/text").stringValue())
                        .collect(Collectors.joining()))
                .isEqualTo(text(one, 0));
    }

    @Test
    void logProbsAreTheModelsAndSumToOne() {
        JsonNode body = complete("'max_tokens': 5, 'temperature': 0, 'logprobs': 20, 'ignore_eos': true");
        JsonNode given = body.at("/choices/0/logprobs");
        assertThat(given.get("tokens")).hasSize(5);
        for (int i = 0; i < 5; i++) {
            double chosen = given.get("token_logprobs").get(i).doubleValue();
            var top = given.get("top_logprobs")
                    .get(i)
                    .valueStream()
                    .mapToDouble(JsonNode::doubleValue)
                    .toArray();
            assertThat(chosen).isCloseTo(Arrays.stream(top).max().orElseThrow(), within(1e-9));
            assertThat(Arrays.stream(top).map(Math::exp).sum()).isBetween(0.01, 1.000001);
        }
        var offsets = IntStream.range(0, 5)
                .map(i -> given.get("text_offset").get(i).intValue())
                .toArray();
        assertThat(offsets).startsWith(0).isSorted();
        var streamed = toy.client()
                .complete("'max_tokens': 5, 'temperature': 0, 'logprobs': 20, 'ignore_eos': true, 'stream': true")
                .events();
        var sum = streamed.stream()
                .flatMap(event -> event.at("/choices/0/logprobs/token_logprobs").valueStream())
                .mapToDouble(JsonNode::doubleValue)
                .sum();
        assertThat(sum)
                .isCloseTo(
                        given.get("token_logprobs")
                                .valueStream()
                                .mapToDouble(JsonNode::doubleValue)
                                .sum(),
                        within(1e-9));
    }

    @Test
    void theBestOfSeveralAreTheLikeliest() {
        String fields = "'max_tokens': 8, 'seed': 4, 'logprobs': 0, 'ignore_eos': true, ";
        JsonNode all = complete(fields + "'n': 6");
        JsonNode best = complete(fields + "'n': 2, 'best_of': 6");
        assertThat(best.get("choices")).hasSize(2);
        assertThat(sum(best, 0)).isGreaterThanOrEqualTo(sum(best, 1));
        assertThat(sum(best, 0))
                .isCloseTo(
                        IntStream.range(0, 6)
                                .mapToDouble(i -> sum(all, i))
                                .max()
                                .orElseThrow(),
                        within(1e-6));
        assertThat(best.at("/usage/completion_tokens").intValue()).isEqualTo(48);
    }

    private static double sum(JsonNode body, int choice) {
        return body.at("/choices/" + choice + "/logprobs/token_logprobs")
                .valueStream()
                .mapToDouble(JsonNode::doubleValue)
                .sum();
    }

    @Test
    void guidedAnswersMatch() {
        for (int seed = 0; seed < 4; seed++) {
            String fields = "'max_tokens': 100, 'seed': " + seed + ", ";
            assertThat(text(complete(fields + "'guided_regex': '[a-f]{4}[0-9]'"), 0))
                    .matches("[a-f]{4}[0-9]");
            assertThat(text(complete(fields + "'guided_choice': ['red', 'green']"), 0))
                    .isIn("red", "green");
            assertThat(text(complete(fields + "'structured_outputs': {'choice': ['x', 'y']}"), 0))
                    .isIn("x", "y");
            assertThat(text(complete(fields + "'guided_grammar': 'root ::= \\'q\\' [0-9]'"), 0))
                    .matches("q[0-9]");
        }
    }

    @Test
    void anEqualBeginningIsCountedAsCached() {
        String prompt = "once upon a time there was a toy that said a lot ";
        String body = "{'prompt': '" + prompt.repeat(2) + "', 'max_tokens': 1, 'cache_salt': '";
        toy.client().post("/v1/completions", body + "mine'}");
        JsonNode again = toy.client().post("/v1/completions", body + "mine'}").json();
        JsonNode apart = toy.client().post("/v1/completions", body + "other'}").json();
        assertThat(again.at("/usage/prompt_tokens_details/cached_tokens").intValue())
                .isGreaterThan(80);
        assertThat(apart.at("/usage/prompt_tokens_details/cached_tokens").intValue())
                .isZero();
    }

    @Test
    void manyAtOnceAnswerAsOneByOne() {
        var expected = IntStream.range(0, 12)
                .mapToObj(i -> text(complete("'max_tokens': 20, 'ignore_eos': true, 'seed': " + i), 0))
                .toList();
        var seen = IntStream.range(0, 12)
                .parallel()
                .mapToObj(i -> text(complete("'max_tokens': 20, 'ignore_eos': true, 'seed': " + i), 0))
                .toList();
        assertThat(seen).isEqualTo(expected);
        assertThat(new HashSet<>(seen)).hasSizeGreaterThan(6);
    }
}
