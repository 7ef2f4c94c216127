package dev.mokha.language.masking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StaticExamplesTest {
    private static final Pieces PIECES = Toy.pieces(1 << 20);

    @Test
    void equalSeedsGiveEqualExamplesOnAnyNumberOfThreads() {
        List<Masked> one = all(examples(3, 7).onThreads(1));
        assertThat(all(examples(3, 7).onThreads(4))).isEqualTo(one);
        assertThat(all(examples(3, 8).onThreads(1))).isNotEqualTo(one);
    }

    @Test
    void theyAreThoseOfThePassesInAnotherOrder() {
        var batches = new MaskedBatches(pairs(), Masking.bert(), PIECES, new MaskedBatches.Drawing(1, 3, 7));
        var examples = examples(3, 7);
        List<Masked> drawn = new ArrayList<>();
        for (int i = 0; i < examples.size(); i++) {
            drawn.addAll(batches.next());
        }
        assertThat(all(examples)).isNotEqualTo(drawn).containsExactlyInAnyOrderElementsOf(drawn);
    }

    private static StaticExamples examples(int duplicates, long seed) {
        return new StaticExamples(pairs(), Masking.bert(), PIECES, new StaticExamples.Copies(duplicates, seed));
    }

    private static SentencePairs pairs() {
        var store = SentenceStore.of(Toy.corpus(1, 200, 10, 12));
        return new SentencePairs(store, PIECES, SentencePairs.Recipe.of(32, 5)).onThreads(1);
    }

    private static List<Masked> all(StaticExamples examples) {
        List<Masked> all = new ArrayList<>();
        examples.forEach(all::add);
        return all;
    }
}
