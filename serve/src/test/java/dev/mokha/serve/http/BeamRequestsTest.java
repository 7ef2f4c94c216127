package dev.mokha.serve.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.serve.engine.Toy;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// Searches by beams over HTTP.
class BeamRequestsTest {
    private static final String CHAT = "/v1/chat/completions";

    @TempDir
    static Path folder;

    private static ServedToy toy;

    @BeforeAll
    static void start() {
        toy = ServedToy.start(
                Toy.write(folder, 0.3), ServedToy.exact(), options -> options.withBounds(1 << 16, 8)); // few unread
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

    private static List<String> texts(JsonNode body) {
        return body.get("choices")
                .valueStream()
                .map(choice -> choice.get("text").stringValue())
                .toList();
    }

    private static double logProb(JsonNode body, int choice) {
        return body.at("/choices/" + choice + "/logprobs/token_logprobs")
                .valueStream()
                .mapToDouble(JsonNode::doubleValue)
                .sum();
    }

    @Test
    void theLikeliestAreFirstAndLikelierThanGreedyOnes() {
        String fields = "'max_tokens': 12, 'ignore_eos': true, 'logprobs': 3, ";
        JsonNode greedy = complete(fields + "'temperature': 0");
        JsonNode found = complete(fields + "'use_beam_search': true, 'n': 3, 'best_of': 6");
        assertThat(found.get("choices")).hasSize(3);
        assertThat(IntStream.range(0, 3).mapToObj(i -> found.at("/choices/" + i + "/logprobs/tokens")))
                .doesNotHaveDuplicates();
        assertThat(IntStream.range(0, 3).mapToDouble(i -> -logProb(found, i)).toArray())
                .isSorted();
        assertThat(logProb(found, 0)).isGreaterThan(logProb(greedy, 0));
        assertThat(found.at("/choices/0/logprobs/top_logprobs/0")).hasSizeBetween(3, 4);
        assertThat(found.at("/choices/0/finish_reason").stringValue()).isEqualTo("length");
        assertThat(found.at("/usage/completion_tokens").intValue()).isEqualTo(36);
        assertThat(complete(fields + "'use_beam_search': true")
                        .at("/choices/0/text")
                        .stringValue())
                .isEqualTo(greedy.at("/choices/0/text").stringValue()); // one beam is greedy
        assertThat(toy.becomesIdle()).isTrue();
    }

    @Test
    void chatSearchesToo() {
        String fields = "{'messages': [{'role': 'user', 'content': 'x'}], 'max_tokens': 9, 'ignore_eos': true,"
                + " 'use_beam_search': true, 'length_penalty': 0.5, 'early_stopping': 'never', 'temperature': 0,";
        JsonNode two =
                toy.client().post(CHAT, fields + " 'n': 2, 'best_of': 4}").json();
        JsonNode one = toy.client().post(CHAT, fields + " 'best_of': 4}").json();
        assertThat(two.get("choices")).hasSize(2);
        assertThat(two.at("/choices/0/message/content"))
                .isEqualTo(one.at("/choices/0/message/content"))
                .isNotEqualTo(two.at("/choices/1/message/content"));
    }

    @Test
    void beamsMatchWhatTheyHaveToAndAreNoMoreThanThereAre() {
        String fields = "'max_tokens': 20, 'use_beam_search': true, 'n': 4, ";
        JsonNode all = complete(fields + "'guided_choice': ['red', 'green', 'blue']");
        assertThat(texts(all)).containsExactlyInAnyOrder("red", "green", "blue");
        assertThat(all.at("/choices/0/finish_reason").stringValue()).isEqualTo("stop");
        assertThat(texts(complete(fields + "'guided_regex': '[a-f]{4}[0-9]'")))
                .hasSize(4)
                .allMatch(text -> text.matches("[a-f]{4}[0-9]"));
        JsonNode several = toy.client()
                .post(
                        "/v1/completions",
                        "{'prompt': ['a', 'b'], " + fields + "'guided_choice': ['x', 'y'], 'echo': true}")
                .json();
        assertThat(texts(several)).containsExactlyInAnyOrder("ax", "ay", "bx", "by");
    }

    @Test
    void penaltiesAndBiasAreThoseOfTheModelsLogProbs() {
        String fields = "'max_tokens': 8, 'ignore_eos': true, 'use_beam_search': true, 'best_of': 3, ";
        String biased = fields + "'temperature': 1, 'logit_bias': {'98': 100}";
        assertThat(texts(complete(biased)).getFirst()).isEqualTo("a".repeat(8));
        assertThat(texts(complete(biased + ", 'repetition_penalty': 100")).getFirst())
                .doesNotContain("aa");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'use_beam_search': true, 'temperature': 0.7 | temperature | draws nothing",
                "'use_beam_search': true, 'top_p': 0.9 | top_p | draws nothing",
                "'use_beam_search': true, 'top_k': 5 | top_k | draws nothing",
                "'use_beam_search': true, 'min_p': 0.1 | min_p | draws nothing",
                "'use_beam_search': true, 'typical_p': 0.5 | typical_p | draws nothing",
                "'use_beam_search': true, 'stop': ['x'] | stop | stop_token_ids",
                "'use_beam_search': true, 'stream': true | stream | only at the end",
                "'use_beam_search': true, 'n': 3, 'best_of': 2 | best_of | must be at least",
                "'use_beam_search': true, 'length_penalty': 11 | length_penalty | between -10 and 10",
                "'use_beam_search': true, 'early_stopping': 'soon' | early_stopping | true, false or",
                "'length_penalty': 2 | length_penalty | belongs to a search",
                "'early_stopping': true | early_stopping | belongs to a search"
            })
    void whatMakesNoSenseIsRefused(String fields, String param, String wayOut) {
        var reply = toy.client().complete(fields);
        assertThat(reply.status()).as(reply.response().body()).isEqualTo(400);
        assertThat(reply.error("param")).isEqualTo(param);
        assertThat(reply.error("message")).contains(wayOut);
    }

    @Test
    void chatHasBestOfWithBeamsOnly() {
        String message = "'messages': [{'role': 'user', 'content': 'x'}]";
        var reply = toy.client().post(CHAT, "{" + message + ", 'best_of': 2}");
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.error("message")).contains("`use_beam_search`: true");
        var neutral = toy.client()
                .post(
                        CHAT,
                        "{" + message + ", 'max_tokens': 1, 'use_beam_search': false, 'length_penalty': 1.0,"
                                + " 'early_stopping': false}");
        assertThat(neutral.status()).isEqualTo(200);
    }
}
