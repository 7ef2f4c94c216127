package dev.mokha.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.text.tokenizer.model.Bpe;
import dev.mokha.text.tokenizer.model.BpeOptions;
import dev.mokha.text.tokenizer.model.Merge;
import dev.mokha.text.tokenizer.model.Vocab;
import dev.mokha.text.tokenizer.split.PreTokenizer;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TokenizerTest {
    private static Tokenizer tiny() {
        var vocab = Vocab.inOrder(List.of("Ġ", "h", "i", "hi", "Ġhi", "Ù", "ħ"));
        var merges = List.of(new Merge("h", "i"), new Merge("Ġ", "hi"));
        return Tokenizer.builder(new Bpe(vocab, merges, BpeOptions.byteLevel()))
                .preTokenizer(new PreTokenizer.ByteLevel(false, true, true))
                .decoder(new Decoder.ByteLevel(true, true, true))
                .addedTokens(List.of(AddedToken.special("<s>")))
                .build();
    }

    @Test
    void aWordIsMergedInTheOrderOfTheMerges() {
        assertThat(tiny().encodeIds("hi hi")).containsExactly(3, 4);
    }

    @Test
    void anAddedTokenIsCutOutBeforeTheModelSeesTheText() {
        var tokenizer = tiny();
        assertThat(tokenizer.encode("hi<s> hi").ids()).containsExactly(3, 7, 4);
        assertThat(tokenizer.encode("hi<s> hi").tokens()).containsExactly("hi", "<s>", "Ġhi");
        assertThat(tokenizer.decode(new int[] {3, 7, 4}, true)).isEqualTo("hi hi");
    }

    @Test
    void aFileWrittenAndReadEncodesTheSame() {
        var again = Tokenizer.parse(tiny().toJson(), "test");
        assertThat(again.encodeIds("hi hi<s>")).isEqualTo(tiny().encodeIds("hi hi<s>"));
        assertThat(again.toJson()).isEqualTo(tiny().toJson());
    }

    @Test
    void aStreamHoldsBackHalfACharacter() {
        var stream = tiny().streamingDecoder(true);
        assertThat(stream.push(5)).isEmpty();
        assertThat(stream.push(6)).isEqualTo("م");
        assertThat(stream.finish()).isEmpty();
    }
}
