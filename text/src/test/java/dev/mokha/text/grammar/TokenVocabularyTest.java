package dev.mokha.text.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.text.tokenizer.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TokenVocabularyTest {
    private static final List<String> TEXTS = List.of(
            "x {\"name\": \"value\"}", "x\n\n  two lines\ttab", "x سلام 👩🏽‍🚀 漢字 é", "x <s> </s> <|x|> [1,2]  3");

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama3", "qwen2", "llama2", "mistral", "unigram-bytes"})
    void theBytesOfTheTokensAreTheText(String kind) {
        Tokenizer tokenizer = Vocabularies.tokenizer(kind);
        TokenVocabulary vocabulary = Vocabularies.fixture(kind);
        for (String text : TEXTS) {
            var out = new ByteArrayOutputStream();
            for (int id : tokenizer.encodeIds(text, false)) {
                byte[] bytes = vocabulary.bytes(id);
                if (bytes != null) {
                    out.writeBytes(bytes);
                }
            }
            String joined = out.toString(StandardCharsets.UTF_8);
            String decoded = tokenizer.decode(tokenizer.encodeIds(text, false), true);
            assertThat(joined.startsWith(" ") && !decoded.startsWith(" ") ? joined.substring(1) : joined)
                    .isEqualTo(decoded);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama3", "qwen2", "llama2", "mistral", "unigram-bytes"})
    void whatIsEncodedInTheMiddleOfATextHasNoSpaceOfItsOwn(String kind) {
        TokenVocabulary vocabulary = Vocabularies.fixture(kind);
        for (String text : TEXTS) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            var out = new ByteArrayOutputStream();
            for (int id : vocabulary.encode(bytes)) {
                byte[] token = vocabulary.bytes(id);
                out.writeBytes(token == null ? new byte[0] : token);
            }
            assertThat(out.toByteArray()).isEqualTo(bytes);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama3", "llama2", "mistral"})
    void specialTokensStandForNoText(String kind) {
        Tokenizer tokenizer = Vocabularies.tokenizer(kind);
        TokenVocabulary vocabulary = Vocabularies.fixture(kind);
        var matcher = new Constraint(Grammar.regex("[^x]*"), vocabulary).matcher();
        long[] mask = matcher.mask();
        int specials = 0;
        for (int id = 0; id < vocabulary.size(); id++) {
            if (tokenizer.isSpecial(id)) {
                specials++;
                assertThat(vocabulary.bytes(id)).isNull();
                assertThat(mask[id >> 6] >>> id & 1).isEqualTo(vocabulary.endIds()[0] == id ? 1 : 0);
            }
        }
        assertThat(specials).isPositive();
    }

    @Test
    void aTokenizerWhoseTokensHaveNoBytesIsRefused() {
        assertThatThrownBy(() -> TokenVocabulary.of(Vocabularies.tokenizer("bert")))
                .hasMessageStartingWith(
                        "the tokens of this tokenizer have no bytes of their own: its decoder WordPiece");
    }

    @Test
    void anEndTokenOutsideTheVocabularyIsRefused() {
        assertThatThrownBy(() -> TokenVocabulary.of(List.of(new byte[] {'a'}), 1))
                .hasMessage("the end token 1 is not in the vocabulary, whose ids are below 1");
    }

    @Test
    void tokensOfEqualBytesAreAllAllowed() {
        var vocabulary = Vocabularies.of(List.of("a", "b", "a", "", "a"));
        long[] mask = new Constraint(Grammar.regex("ab*"), vocabulary).matcher().mask();
        assertThat(mask).containsExactly(0b10101);
    }
}
