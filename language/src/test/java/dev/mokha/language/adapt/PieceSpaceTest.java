package dev.mokha.language.adapt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.language.Toys;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PieceSpaceTest {
    private static final PieceSpace SPACE = new PieceSpace(16, 2, 5, 4, 0.05, 3, 1, 7);

    /// Pieces 0 and 1 stand between 4 … 7, pieces 2 and 3 between 8 … 11; 12 is seen once.
    private static List<int[]> text() {
        var random = new Random(1);
        List<int[]> documents = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            int side = i % 2;
            int[] document = new int[9];
            for (int t = 0; t < document.length; t++) {
                document[t] = t % 2 == 1 ? 2 * side + random.nextInt(2) : 4 + 4 * side + random.nextInt(4);
            }
            documents.add(document);
        }
        documents.add(new int[] {12, 4});
        return documents;
    }

    @Test
    void piecesInTheSameCompanyLieClose() {
        try (var _ = Scope.open("test")) {
            Tensor space = SPACE.learn(text(), 14);
            assertThat(space.shape()).containsExactly(14, 16);
            assertThat(cosine(space, 0, 1)).isGreaterThan(0.8);
            assertThat(cosine(space, 2, 3)).isGreaterThan(0.8);
            assertThat(cosine(space, 0, 2)).isLessThan(0.4);
            assertThat(cosine(space, 1, 3)).isLessThan(0.4);
        }
    }

    @Test
    void equalSeedsGiveEqualVectorsAndOthersDoNot() {
        try (var _ = Scope.open("test")) {
            List<Integer> first = Toys.bits(SPACE.learn(text(), 14));
            assertThat(Toys.bits(SPACE.learn(text(), 14))).isEqualTo(first);
            var other = new PieceSpace(16, 2, 5, 4, 0.05, 3, 1, 8);
            assertThat(Toys.bits(other.learn(text(), 14))).isNotEqualTo(first);
        }
    }

    @Test
    void rareAndUnseenPiecesHaveVectorsOfZeros() {
        try (var _ = Scope.open("test")) {
            Tensor space = SPACE.learn(text(), 14);
            assertThat(space.select(0, 12).abs().sum().item()).isZero();
            assertThat(space.select(0, 13).abs().sum().item()).isZero();
            assertThat(space.select(0, 11).abs().sum().item()).isPositive();
        }
    }

    @Test
    void piecesOutsideTheVocabularyAndUselessSettingsAreNamed() {
        assertThatThrownBy(() -> SPACE.learn(text(), 12))
                .hasMessageContaining("piece 12")
                .hasMessageContaining("0 to 11");
        assertThatThrownBy(() -> new PieceSpace(0, 1, 1, 1, 0.1, 1, 1, 0)).hasMessageContaining("dim");
        assertThatThrownBy(() -> new PieceSpace(1, 1, 1, 1, 2, 1, 1, 0)).hasMessageContaining("rate");
    }

    private static double cosine(Tensor space, int a, int b) {
        Tensor x = space.select(0, a);
        Tensor y = space.select(0, b);
        return x.mul(y).sum().item() / (x.norm().item() * y.norm().item());
    }
}
