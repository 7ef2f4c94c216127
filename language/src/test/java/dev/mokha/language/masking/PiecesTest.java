package dev.mokha.language.masking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.text.tokenizer.AddedToken;
import dev.mokha.text.tokenizer.Tokenizer;
import dev.mokha.text.tokenizer.model.Vocab;
import dev.mokha.text.tokenizer.model.WordLevel;
import dev.mokha.text.tokenizer.model.WordPiece;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class PiecesTest {
    @Test
    void bertsPiecesAreFoundByName() {
        var vocab = Vocab.inOrder(List.of("[PAD]", "[CLS]", "un", "##ing", "#", "##", "[SEP]", "[MASK]"));
        var pieces = Pieces.of(Tokenizer.builder(WordPiece.bert(vocab)).build());
        assertThat(pieces.special()).isEqualTo(new Pieces.Special(1, 6, 7));
        assertThat(IntStream.range(0, 8).filter(pieces::continues)).containsExactly(3, 5);
        assertThat(IntStream.range(0, 8).filter(pieces::frames)).containsExactly(1, 6);
        assertThat(IntStream.range(0, pieces.count()).map(pieces::id)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
    }

    /// In byte-level and SentencePiece vocabularies the first piece of a word is marked, not the others.
    @Test
    void robertasPiecesContinueWhereNoSpaceBegins() {
        for (String space : List.of("\u0120", "\u2581")) {
            var vocab = Map.of("<s>", 0, "<pad>", 1, "</s>", 2, space + "un", 3, "ing", 4, "<mask>", 9);
            var pieces = Pieces.of(Tokenizer.builder(new WordLevel(Vocab.of(vocab), "<pad>"))
                    .addedTokens(List.of("<s>", "<pad>", "</s>", "<mask>").stream()
                            .map(AddedToken::special)
                            .toList())
                    .build());
            assertThat(pieces.special()).isEqualTo(new Pieces.Special(0, 2, 9));
            assertThat(IntStream.range(0, 10).filter(pieces::continues)).containsExactly(4);
            assertThat(IntStream.range(0, pieces.count()).map(pieces::id))
                    .as("ids with holes: a random piece is always one that is there")
                    .containsExactly(0, 1, 2, 3, 4, 9);
        }
    }

    @Test
    void aTokenizerWithoutAMaskIsRefused() {
        var vocab = Vocab.inOrder(List.of("[CLS]", "[SEP]", "a"));
        assertThatThrownBy(
                        () -> Pieces.of(Tokenizer.builder(WordPiece.bert(vocab)).build()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("neither [MASK] nor <mask>");
    }
}
