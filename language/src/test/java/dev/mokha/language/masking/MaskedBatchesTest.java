package dev.mokha.language.masking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class MaskedBatchesTest {
    private static final Pieces PIECES = Toy.pieces(1 << 20);

    @Property(tries = 50)
    void aResumedSourceGoesOnAsTheUninterrupted(
            @ForAll long seed,
            @ForAll @IntRange(min = 0, max = 40) int before,
            @ForAll @IntRange(min = 0, max = 3) int duplicates) {
        var drawing = new MaskedBatches.Drawing(3, duplicates, seed);
        var whole = batches(seed, drawing);
        for (int i = 0; i < before; i++) {
            whole.next();
        }
        String position = whole.position();
        var resumed = batches(seed, drawing);
        resumed.next();
        resumed.restore(position);
        assertThat(resumed.position()).isEqualTo(position);
        assertThat(draw(resumed, 20)).isEqualTo(draw(whole, 20));
    }

    @Test
    void staticMasksComeAgainAndDynamicOnesDoNot() {
        int perPass = (int) batches(1, MaskedBatches.Drawing.dynamic(1, 9)).perEpoch();
        var twice = batches(1, new MaskedBatches.Drawing(1, 1, 9));
        List<Masked> first = draw(twice, perPass);
        List<Masked> second = draw(twice, perPass);
        assertThat(second).as("in another order").isNotEqualTo(first).containsExactlyInAnyOrderElementsOf(first);
        var dynamic = batches(1, MaskedBatches.Drawing.dynamic(1, 9));
        List<Masked> before = draw(dynamic, perPass);
        assertThat(draw(dynamic, perPass)).doesNotContainAnyElementsOf(before);
    }

    @Test
    void aPositionOfSomethingElseIsRefused() {
        var batches = batches(1, MaskedBatches.Drawing.dynamic(2, 9));
        for (String position : List.of("", "7", ":", "1:x", "-1:0", "0:-1")) {
            assertThatThrownBy(() -> batches.restore(position))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("'" + position + "'");
        }
        assertThatThrownBy(() -> batches.restore("0:1000000")).hasMessageContaining("another corpus");
    }

    private static MaskedBatches batches(long seed, MaskedBatches.Drawing drawing) {
        var store = SentenceStore.of(Toy.corpus(seed, 12, 6, 12));
        var pairs = new SentencePairs(store, PIECES, SentencePairs.Recipe.of(32, seed)).onThreads(1);
        return new MaskedBatches(pairs, Masking.bert(), PIECES, drawing);
    }

    private static List<Masked> draw(MaskedBatches batches, int count) {
        List<Masked> drawn = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            drawn.addAll(batches.next());
        }
        return drawn;
    }
}
