package dev.mokha.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TokenizerFormatTest {
    private static final String MODEL =
            "\"model\":{\"type\":\"WordPiece\",\"unk_token\":\"[UNK]\",\"continuing_subword_prefix\":\"##\",\"vocab\":{\"[UNK]\":0,\"a\":1}}";

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            [1, 2]                                             | at $: expected an object, found an array
            {"model":{"type":"BPE"}}                           | at $.model: the key "vocab" is missing
            {"model":{"type":"Neural"}}                        | at $.model: the model type "Neural" is not supported; supported: BPE, Unigram, WordPiece, WordLevel
            {"model":{"type":"BPE","vocab":{"a":0},"merges":["a b"]}}          | needs the piece "b", which the vocabulary lacks
            {"model":{"type":"BPE","vocab":{"a":0,"b":0},"merges":[]}}         | have the same id 0
            {"model":{"type":"BPE","vocab":{"a":-1},"merges":[]}}              | at $.model.vocab.a: expected a whole number from 0 to 2147483647, found the number -1
            {"model":{"type":"BPE","vocab":{"a":4294967296},"merges":[]}}      | expected a whole number from 0 to 2147483647
            {"model":{"type":"BPE","vocab":{"a":0},"merges":["a"]}}            | at $.model.merges[0]: a merge is two pieces
            {"model":{"type":"Unigram","vocab":[["a",-1.0]],"unk_id":7}}       | unk_id is 7, but the vocabulary has 1 pieces
            {"version":"2.0"}                                  | at $.version: format version "2.0" is not known
            {"model":                                          | is not JSON
            """)
    void whatIsWrongIsNamedWithItsPlace(String json, String message) {
        assertThatThrownBy(() -> Tokenizer.parse(json, "some.json"))
                .isInstanceOf(TokenizerFormatException.class)
                .hasMessageContaining("some.json")
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "normalizer":{"type":"Romanize"}      | at $.normalizer.type: the normalizer type "Romanize" is not supported; supported: Sequence, NFC
            "pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"Odd"}]} | at $.pre_tokenizer.pretokenizers[0].type: the pre-tokenizer type "Odd" is not supported
            "decoder":{"type":"Odd"}              | the decoder type "Odd" is not supported
            "post_processor":{"type":"Odd"}       | the post-processor type "Odd" is not supported
            "pre_tokenizer":{"type":"Split","pattern":{"Regex":"("},"behavior":"Isolated","invert":false} | at $.pre_tokenizer.pattern.Regex: the regular expression ( does not compile
            "pre_tokenizer":{"type":"Punctuation","behavior":"Sideways"} | at $.pre_tokenizer.behavior: "Sideways" is not known; known: Removed, Isolated
            "added_tokens":[{"id":5,"content":"x"},{"id":5,"content":"y"}] | "x" and "y" have the same id 5
            "added_tokens":[{"id":1,"content":"x"}] | which the vocabulary gives to "a"
            """)
    void aComponentOfAnUnknownKindIsNamedWithThoseThatAreKnown(String part, String message) {
        assertThatThrownBy(() -> Tokenizer.parse("{" + part + "," + MODEL + "}", "some.json"))
                .isInstanceOf(TokenizerFormatException.class)
                .hasMessageContaining(message);
    }

    @Test
    void deepNestingIsRefused() {
        String deep = "{\"type\":\"Sequence\",\"normalizers\":[".repeat(50_000);
        assertThatThrownBy(() -> Tokenizer.parse("{\"normalizer\":" + deep, "deep.json"))
                .isInstanceOf(TokenizerFormatException.class)
                .hasMessageContaining("deep.json");
    }

    @Test
    void anExpressionThatBacktracksWithoutEndIsStopped() {
        String split =
                "\"pre_tokenizer\":{\"type\":\"Split\",\"pattern\":{\"Regex\":\"(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)z\"},"
                        + "\"behavior\":\"Isolated\",\"invert\":false}";
        var tokenizer = Tokenizer.parse("{" + split + "," + MODEL + "}", "some.json");
        assertThatThrownBy(() -> tokenizer.encodeIds("a".repeat(100)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("backtracks");
    }

    @Test
    void aVocabularyOfOnePieceALineIsBert(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("vocab.txt"), "[PAD]\n[UNK]\n[CLS]\n[SEP]\nhel\n##lo\n!\n");
        var tokenizer = Tokenizer.load(folder);
        assertThat(tokenizer.encode("Héllo!").tokens()).containsExactly("[CLS]", "hel", "##lo", "!", "[SEP]");
        assertThat(tokenizer.decode(tokenizer.encodeIds("Hello!"), true)).isEqualTo("hello!");
        tokenizer.save(folder);
        assertThat(Tokenizer.load(folder).encodeIds("hello")).isEqualTo(tokenizer.encodeIds("hello"));
    }

    @Test
    void aMissingFileSaysWhatToGive(@TempDir Path folder) {
        assertThatThrownBy(() -> Tokenizer.load(folder))
                .isInstanceOf(TokenizerFormatException.class)
                .hasMessageContaining("tokenizer.json does not exist; give");
    }
}
