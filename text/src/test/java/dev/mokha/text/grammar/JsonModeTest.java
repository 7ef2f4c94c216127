package dev.mokha.text.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

final class JsonModeTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"a\":1}",
                "{\"a\": [1, -2.5e+10, 0], \"b\": {\"c\": null}}",
                "{\"\\u0041\\ud83d\\ude00\":\"\\n é 漢\"}",
                "{\"a\":[[[[{}]]]],\"t\":true,\"f\":false}"
            })
    void takesJson(String text) {
        assertThat(Grammar.json().match(text).whole()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "1",
                "",
                " {}",
                "{} ",
                "{\"a\":01}",
                "{\"a\":1,}",
                "{a:1}",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\n\"}",
                "{\"a\":  1}",
                "{\"a\":\"\\ud83d\"}",
                "{\"a\":.5}",
                "{\"a\":+1}",
                "{\"a\":1.}",
                "{\"a\":nul}",
                "{\"a\":\"}"
            })
    void takesNothingElse(String text) {
        assertThat(Grammar.json().match(text).whole()).isFalse();
    }

    @Test
    void indentedJsonIsTakenWhereItIsAskedFor() {
        String text = """
                {
                    "a": [
                        1,
                        {"b": 2}
                    ],
                    "c": {}
                }""";
        assertThat(Grammar.json(JsonWhitespace.INDENTED).match(text).whole())
                .as(text)
                .isTrue();
        assertThat(Grammar.json().match(text).whole()).isFalse();
        assertThat(Grammar.json(JsonWhitespace.COMPACT).match("{\"a\": 1}").whole())
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource(JsonWhitespace.class)
    void whatIsDrawnParses(JsonWhitespace whitespace) {
        var random = new SplittableRandom(11);
        for (String kind : new String[] {"llama3", "mistral"}) {
            var constraint = new Constraint(Grammar.json(whitespace), Vocabularies.fixture(kind));
            for (int i = 0; i < 50; i++) {
                String text = Vocabularies.drawn(constraint, random, 60);
                assertThat(JsonMapper.shared().readTree(text).isObject())
                        .as(text)
                        .isTrue();
            }
        }
    }
}
