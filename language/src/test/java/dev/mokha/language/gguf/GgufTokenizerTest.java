package dev.mokha.language.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.text.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Tokenizers that `fixtures/gguf/models.py` wrote as GGUF keys, beside the `tokenizer.json` they come from.
final class GgufTokenizerTest {
    private static final Path FIXTURES = Path.of(System.getProperty("mokha.root", ".."), "fixtures");

    static final List<String> KINDS = List.of("gpt2", "llama2", "llama3", "qwen2");

    static Tokenizer read(String kind) {
        try (var file = GgufFile.open(FIXTURES.resolve("gguf/tokenizer-" + kind + ".gguf"))) {
            return new TokenizerReader(file.keys()).read();
        }
    }

    static List<String> texts() throws IOException {
        String json = Files.readString(FIXTURES.resolve("tokenizers/texts.json"));
        return StreamSupport.stream(JsonMapper.shared().readTree(json).spliterator(), false)
                .map(JsonNode::stringValue)
                .toList();
    }

    @ParameterizedTest
    @FieldSource("KINDS")
    void theIdsAndTextsAreThoseOfTheOriginal(String kind) throws IOException {
        Tokenizer expected = Tokenizer.load(FIXTURES.resolve("tokenizers/" + kind));
        Tokenizer tokenizer = read(kind);
        assertThat(tokenizer.vocab()).isEqualTo(expected.vocab());
        for (String text : texts()) {
            int[] ids = expected.encodeIds(text);
            assertThat(tokenizer.encodeIds(text)).as(text).containsExactly(ids);
            assertThat(tokenizer.encodeIds(text, false)).as(text).containsExactly(expected.encodeIds(text, false));
            assertThat(tokenizer.decode(ids, true)).isEqualTo(expected.decode(ids, true));
        }
        for (int id = 0; id < tokenizer.idBound(); id++) {
            assertThat(tokenizer.isSpecial(id)).as(tokenizer.token(id)).isEqualTo(expected.isSpecial(id));
        }
    }
}
