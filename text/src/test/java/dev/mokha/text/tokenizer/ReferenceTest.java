package dev.mokha.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// Against what Hugging Face tokenizers makes of the same texts with the same files (`fixtures/tokenizers/make.py`).
final class ReferenceTest {
    static Stream<String> kinds() {
        return Fixtures.KINDS.stream();
    }

    private static int[] ints(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .mapToInt(JsonNode::intValue)
                .toArray();
    }

    private static int[] flat(int[][] offsets) {
        return Arrays.stream(offsets).flatMapToInt(Arrays::stream).toArray();
    }

    private static void each(String kind, Check check) {
        var tokenizer = Fixtures.load(kind);
        List<String> texts = Fixtures.texts();
        var expected = Fixtures.json("expected.json").get("kinds").get(kind).get("texts");
        assertThat(expected.size()).isEqualTo(texts.size());
        var soft = new SoftAssertions();
        for (int i = 0; i < texts.size(); i++) {
            check.run(soft, tokenizer, texts.get(i), expected.get(i));
        }
        soft.assertAll();
    }

    private interface Check {
        void run(SoftAssertions soft, Tokenizer tokenizer, String text, JsonNode expected);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void idsAreThoseOfTheReference(String kind) {
        each(kind, (soft, tokenizer, text, expected) -> {
            soft.assertThat(tokenizer.encodeIds(text)).as(text).isEqualTo(ints(expected.get("ids")));
            soft.assertThat(tokenizer.encodeIds(text, false)).as(text).isEqualTo(ints(expected.get("bare")));
            soft.assertThat(tokenizer.encode(text).ids()).as(text).isEqualTo(ints(expected.get("ids")));
        });
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void offsetsInCodePointsAreThoseOfTheReference(String kind) {
        each(kind, (soft, tokenizer, text, expected) -> {
            var encoding = tokenizer.encode(text);
            soft.assertThat(flat(encoding.codePointOffsets(text))).as(text).isEqualTo(ints(expected.get("offsets")));
            soft.assertThat(encoding.specialTokensMask()).as(text).isEqualTo(ints(expected.get("special")));
        });
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void decodedTextIsThatOfTheReference(String kind) {
        each(kind, (soft, tokenizer, text, expected) -> {
            int[] ids = ints(expected.get("ids"));
            soft.assertThat(tokenizer.decode(ids, true))
                    .as(text)
                    .isEqualTo(expected.get("decoded").stringValue());
            soft.assertThat(tokenizer.decode(ids, false))
                    .as(text)
                    .isEqualTo(expected.get("decodedAll").stringValue());
        });
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aStreamPutTogetherIsTheDecodedText(String kind) {
        each(kind, (soft, tokenizer, text, expected) -> {
            int[] ids = ints(expected.get("ids"));
            for (boolean skip : new boolean[] {true, false}) {
                var stream = tokenizer.streamingDecoder(skip);
                var parts = new ArrayList<String>();
                for (int id : ids) {
                    parts.add(stream.push(id));
                }
                parts.add(stream.finish());
                soft.assertThat(String.join("", parts)).as(text).isEqualTo(tokenizer.decode(ids, skip));
            }
        });
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void twoTextsAreOneInputAsInTheReference(String kind) {
        var tokenizer = Fixtures.load(kind);
        var texts = Fixtures.texts();
        var expected = Fixtures.json("expected.json").get("kinds").get(kind).get("pair");
        var encoding = tokenizer.encodePair(texts.get(0), texts.get(1), true);
        assertThat(encoding.ids()).isEqualTo(ints(expected.get("ids")));
        assertThat(encoding.typeIds()).isEqualTo(ints(expected.get("typeIds")));
        assertThat(flat(encoding.codePointOffsets(texts.get(0), texts.get(1))))
                .isEqualTo(ints(expected.get("offsets")));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aFileWrittenAndReadAgainEncodesTheSame(String kind) {
        var tokenizer = Fixtures.load(kind);
        var again = Tokenizer.parse(tokenizer.toJson(), kind);
        for (String text : Fixtures.texts()) {
            assertThat(again.encodeIds(text)).isEqualTo(tokenizer.encodeIds(text));
        }
        assertThat(again.toJson()).isEqualTo(tokenizer.toJson());
    }
}
