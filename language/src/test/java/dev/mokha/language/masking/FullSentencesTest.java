package dev.mokha.language.masking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class FullSentencesTest {
    private static final Pieces PIECES = Toy.pieces(1 << 20);

    @Property(tries = 300)
    void everyTokenStandsInExactlyOneSequence(
            @ForAll long seed, @ForAll @IntRange(min = 3, max = 40) int maxLength, @ForAll boolean across) {
        var store = SentenceStore.of(Toy.corpus(seed, 10, 8, 30));
        var plan = full(store, maxLength, across, seed).plan(2);
        List<Integer> tokens = new ArrayList<>();
        for (int i = 0; i < plan.size(); i++) {
            Sequence sequence = plan.sequence(i);
            int[] ids = sequence.ids();
            assertThat(ids).hasSizeBetween(3, maxLength);
            assertThat(ids[0]).isEqualTo(Toy.CLS);
            assertThat(ids[ids.length - 1]).isEqualTo(Toy.SEP);
            assertThat(sequence.firstLength()).isEqualTo(ids.length);
            Arrays.stream(ids).filter(id -> id >= Toy.FIRST).forEach(tokens::add);
        }
        int count = (int) store.tokens();
        assertThat(tokens).hasSize(count);
        assertThat(tokens.stream().sorted())
                .containsExactlyElementsOf(
                        IntStream.range(Toy.FIRST, Toy.FIRST + count).boxed().toList());
    }

    /// The next sentence would not have fitted, or there is none.
    @Property(tries = 200)
    void sequencesAreFull(@ForAll long seed) {
        int maxLength = 32;
        var corpus = Toy.corpus(seed, 10, 12, 10);
        var plan = full(SentenceStore.of(corpus), maxLength, true, seed).plan(0);
        for (int i = 0; i + 1 < plan.size(); i++) {
            int length = plan.sequence(i).ids().length;
            int next = plan.sequence(i + 1).ids()[1];
            int sentence = corpus.stream()
                    .flatMap(List::stream)
                    .filter(tokens -> tokens[0] == next)
                    .findFirst()
                    .orElseThrow()
                    .length;
            boolean otherDocument = corpus.stream().anyMatch(document -> document.getFirst()[0] == next);
            assertThat(length + sentence + (otherDocument ? 1 : 0)).isGreaterThan(maxLength);
        }
    }

    @Test
    void aSeparatorStandsBetweenDocumentsAndTheirOrderChangesWithThePass() {
        var store = SentenceStore.of(List.of(
                List.of(new int[] {10, 11}, new int[] {12}), List.of(new int[] {20}), List.of(new int[] {30, 31})));
        var sequences = full(store, 16, true, 1);
        var seen = IntStream.range(0, 40)
                .mapToObj(
                        pass -> Arrays.toString(sequences.plan(pass).sequence(0).ids()))
                .distinct()
                .toList();
        assertThat(seen).hasSize(6).contains("[2, 10, 11, 12, 3, 20, 3, 30, 31, 3]");
        assertThat(full(store, 16, false, 1).plan(0).size()).isEqualTo(3);
    }

    private static FullSentences full(SentenceStore store, int maxLength, boolean across, long seed) {
        return new FullSentences(store, PIECES, new FullSentences.Recipe(maxLength, across, seed));
    }
}
