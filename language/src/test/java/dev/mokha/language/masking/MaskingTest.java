package dev.mokha.language.masking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class MaskingTest {
    private static final int VOCAB = 1000;
    private static final Pieces PIECES = Toy.pieces(VOCAB);

    @Property(tries = 300)
    void whatIsHiddenIsWhatTheLabelsSay(@ForAll long seed, @ForAll("kinds") Masking.Kind kind) {
        Sequence pair = pair(seed, 60);
        int[] before = pair.ids().clone();
        var masking = Masking.bert().of(kind);
        Masked masked = masking.mask(pair, PIECES, new Masking.Draw(seed, 0, 0));
        assertThat(pair.ids()).as("the sequence itself stays").isEqualTo(before);
        assertThat(masked.original()).isEqualTo(before);
        assertThat(masked.firstLength()).isEqualTo(pair.firstLength());
        assertThat(masked.positions().length).isLessThanOrEqualTo(masking.count(before.length));
        for (int position : masked.positions()) {
            assertThat(before[position]).isNotIn(Toy.CLS, Toy.SEP);
        }
        assertThat(masking.mask(pair, PIECES, new Masking.Draw(seed, 0, 0))).isEqualTo(masked);
    }

    @Property(tries = 200)
    void tokenByTokenTheCountIsExact(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 125) int words,
            @ForAll @IntRange(min = 1, max = 40) int max) {
        var masking = new Masking(0.15, max, new Masking.Kind.Tokens(), Masking.Mix.BERT);
        Sequence pair = pair(seed, words + 1);
        int length = pair.ids().length;
        int expected = Math.min(max, Math.max(1, (int) Math.floor(0.15 * length + 0.5)));
        assertThat(masking.mask(pair, PIECES, new Masking.Draw(seed, 1, 2)).positions())
                .hasSize(expected);
    }

    @Test
    void halfRoundsUp() {
        assertThat(List.of(2, 3, 9, 10, 30, 128, 512).stream()
                        .map(Masking.bert()::count)
                        .toList())
                .containsExactly(1, 1, 1, 2, 5, 19, 20);
    }

    /// 5 σ of a binomial of 200,000 are 0.0045 for 80 % and 0.0034 for 10 %.
    @Test
    void ofHiddenTokensFourFifthsAreMaskedOneTenthKeptOneTenthAnyPiece() {
        double[] shares = shares(Masking.bert().of(new Masking.Kind.Tokens()));
        assertThat(shares[0]).isBetween(0.8 - 0.0047, 0.8 + 0.0047);
        assertThat(shares[1]).isBetween(0.1 - 0.0036, 0.1 + 0.0036);
        assertThat(shares[2]).isBetween(0.1 - 0.0036, 0.1 + 0.0036);
        assertThat(shares(new Masking(0.15, 20, new Masking.Kind.Tokens(), new Masking.Mix(1, 0, 0))))
                .containsExactly(1, 0, 0);
        assertThat(shares(new Masking(0.15, 20, new Masking.Kind.WholeWords(), new Masking.Mix(0, 1, 0))))
                .containsExactly(0, 1, 0);
    }

    /// {@return the shares masked, same and other; a random piece can be `[MASK]` or the same, 1 in 1,000 each}
    private static double[] shares(Masking masking) {
        long[] counts = new long[3];
        for (int example = 0; example < 10_000; example++) {
            Sequence pair = pair(example, 130);
            Masked masked = masking.mask(pair, PIECES, new Masking.Draw(5, 0, example));
            for (int i = 0; i < masked.positions().length; i++) {
                int now = masked.ids()[masked.positions()[i]];
                counts[now == Toy.MASK ? 0 : now == masked.labels()[i] ? 1 : 2]++;
            }
        }
        double total = Arrays.stream(counts).sum();
        return Arrays.stream(counts).mapToDouble(count -> count / total).toArray();
    }

    @Test
    void everyPieceComesInAtRandomSpecialOnesToo() {
        var random = new Masking(1, 512, new Masking.Kind.Tokens(), new Masking.Mix(0, 0, 1));
        boolean[] seen = new boolean[VOCAB];
        for (int example = 0; example < 200; example++) {
            for (int id : random.mask(pair(example, 130), PIECES, new Masking.Draw(1, 0, example))
                    .ids()) {
                seen[id] = true;
            }
        }
        assertThat(IntStream.range(0, VOCAB).filter(id -> !seen[id]).toArray()).isEmpty();
    }

    @Property(tries = 300)
    void aWordIsHiddenWholeOrNotAtAll(@ForAll long seed, @ForAll boolean spans) {
        var masking = Masking.bert().of(spans ? Masking.spans() : new Masking.Kind.WholeWords());
        Sequence pair = pair(seed, 80);
        Masked masked = masking.mask(pair, PIECES, new Masking.Draw(seed, 0, 1));
        boolean[] hidden = hidden(masked);
        for (int i = 1; i < hidden.length; i++) {
            int id = pair.ids()[i];
            if (PIECES.continues(id) && !PIECES.frames(pair.ids()[i - 1])) {
                assertThat(hidden[i])
                        .as("position " + i + " with the one before")
                        .isEqualTo(hidden[i - 1]);
            }
        }
    }

    @Test
    void aWordThatOverflowsTheCountIsPassedOver() {
        int word = 6;
        int more = 5;
        var masking = new Masking(0.15, 20, new Masking.Kind.WholeWords(), Masking.Mix.BERT);
        var sequence = Sequence.single(Toy.CLS, word, more, more, more, word, Toy.SEP); // 7 tokens: 1 to hide
        for (int i = 0; i < 50; i++) {
            assertThat(masking.mask(sequence, PIECES, new Masking.Draw(1, 0, i)).positions())
                    .containsExactly(5);
        }
        var long4 = Sequence.single(Toy.CLS, word, more, more, more, Toy.SEP);
        assertThat(masking.mask(long4, PIECES, new Masking.Draw(1, 0, 0)).positions())
                .isEmpty();
    }

    /// All of a run is treated alike; runs of more than one token are there.
    @Test
    void spansHideRunsAndMaskThemAlike() {
        var masking = new Masking(0.15, 20, Masking.spans(), new Masking.Mix(0.5, 0.5, 0));
        int tokens = 0;
        int runs = 0;
        for (int example = 0; example < 500; example++) {
            Sequence pair = pair(example, 130);
            Masked masked = masking.mask(pair, PIECES, new Masking.Draw(2, 0, example));
            boolean[] hidden = hidden(masked);
            for (int i = 1; i < hidden.length; i++) {
                tokens += hidden[i] ? 1 : 0;
                runs += hidden[i] && !hidden[i - 1] ? 1 : 0;
            }
        }
        assertThat((double) tokens / runs).isBetween(3.0, 8.0); // 3.8 words of 1.5 tokens, some cut by the count
    }

    @Test
    void theMixAndTheRateAreChecked() {
        assertThatThrownBy(() -> new Masking.Mix(0.8, 0.1, 0.2)).hasMessageContaining("sum to 1");
        assertThatThrownBy(() -> new Masking(0, 20, new Masking.Kind.Tokens(), Masking.Mix.BERT))
                .hasMessageContaining("rate");
        assertThatThrownBy(() -> new Masking.Kind.Spans(1, 10)).hasMessageContaining("p = 1.0");
    }

    @Provide
    Arbitrary<Masking.Kind> kinds() {
        return Arbitraries.of(new Masking.Kind.Tokens(), new Masking.Kind.WholeWords(), Masking.spans());
    }

    private static boolean[] hidden(Masked masked) {
        boolean[] hidden = new boolean[masked.length()];
        for (int position : masked.positions()) {
            hidden[position] = true;
        }
        return hidden;
    }

    private static Sequence pair(long seed, int words) {
        var random = new Random(seed);
        int first = 1 + random.nextInt(words - 1);
        int[] ids = new int[words + 3];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = Toy.FIRST + random.nextInt(VOCAB - Toy.FIRST);
        }
        ids[0] = Toy.CLS;
        ids[first + 1] = Toy.SEP;
        ids[ids.length - 1] = Toy.SEP;
        return Sequence.pair(ids, first + 2, random.nextBoolean());
    }
}
