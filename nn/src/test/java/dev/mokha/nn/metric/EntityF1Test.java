package dev.mokha.nn.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.nn.metric.EntityF1.Counts;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

final class EntityF1Test {
    private static List<String> tags(String tags) {
        return List.of(tags.split(" "));
    }

    /// The example in the README of `seqeval`: F1 0.50, MISC 0, PER 1, accuracy 0.80.
    @Test
    void thePublishedExampleOfSeqeval() {
        var f1 = new EntityF1();
        f1.add(tags("O O O B-MISC I-MISC I-MISC O"), tags("O O B-MISC I-MISC I-MISC I-MISC O"));
        f1.add(tags("B-PER I-PER O"), tags("B-PER I-PER O"));
        assertThat(f1.overall()).isEqualTo(new Counts(1, 2, 2));
        assertThat(f1.figures()).contains(entry("f1", 0.5), entry("accuracy", 0.8), entry("f1_macro", 0.5));
        assertThat(f1.types()).containsExactly(entry("MISC", new Counts(0, 1, 1)), entry("PER", new Counts(1, 1, 1)));
    }

    /// The other example of its pages: MISC 0.5, PER 1.
    @Test
    void theSecondPublishedExampleOfSeqeval() {
        var f1 = new EntityF1();
        f1.add(tags("O O B-MISC I-MISC B-MISC O O"), tags("O O B-MISC I-MISC B-MISC I-MISC O"));
        f1.add(tags("B-PER I-PER O"), tags("B-PER I-PER O"));
        assertThat(f1.types()).containsExactly(entry("MISC", new Counts(1, 2, 2)), entry("PER", new Counts(1, 1, 1)));
        assertThat(f1.macroF1()).isEqualTo(0.75);
        assertThat(f1.overall().f1()).isCloseTo(2.0 / 3, within(1e-15));
    }

    /// The rates that CoNLL-2000 prints for its sample output: 459 phrases, 539 found, 371 correct.
    @Test
    void theRatesOfTheConll2000Sample() {
        var counts = new Counts(371, 539, 459);
        assertThat(100 * counts.precision()).isCloseTo(68.83, within(0.005));
        assertThat(100 * counts.recall()).isCloseTo(80.83, within(0.005));
        assertThat(100 * counts.f1()).isCloseTo(74.35, within(0.005));
    }

    @Test
    void spansAreReadInEveryScheme() {
        var expected = List.of(new Span("PER", 0, 2), new Span("PER", 2, 3), new Span("LOC", 4, 5));
        assertThat(Span.read(tags("B-PER I-PER B-PER O B-LOC"))).isEqualTo(expected); // IOB2
        assertThat(Span.read(tags("I-PER I-PER B-PER O I-LOC"))).isEqualTo(expected); // IOB1
        assertThat(Span.read(tags("B-PER E-PER S-PER O S-LOC"))).isEqualTo(expected); // BIOES
        assertThat(Span.read(tags("B-PER L-PER U-PER O U-LOC"))).isEqualTo(expected); // BILOU
        assertThat(Span.read(List.of())).isEmpty();
    }

    @Test
    void aTypeMayHoldAHyphen() {
        assertThat(Span.read(tags("B-GPE-city I-GPE-city"))).containsExactly(new Span("GPE-city", 0, 2));
    }

    @Test
    void whatIsNoTagIsNamed() {
        for (String wrong : List.of("PER", "X-PER", "B-", "", "B")) {
            assertThatThrownBy(() -> Span.read(List.of(wrong))).hasMessageContaining("'" + wrong + "' is no tag");
        }
        var f1 = new EntityF1();
        assertThatThrownBy(() -> f1.add(tags("O O"), tags("O"))).hasMessageContaining("2 tags has 1 predictions");
    }

    @Property
    void spansAreThoseOfConllevalsPairwiseRule(@ForAll("tagLists") List<String> tags) {
        assertThat(Span.read(tags)).isEqualTo(pairwise(tags));
    }

    @Property
    void aSequenceAgainstItselfIsAllRight(@ForAll("tagLists") List<String> tags) {
        var f1 = new EntityF1();
        f1.add(tags, tags);
        assertThat(f1.overall().right()).isEqualTo(f1.overall().present());
        assertThat(f1.accuracy()).isEqualTo(1);
    }

    @Provide
    Arbitrary<List<String>> tagLists() {
        return Arbitraries.of("O", "B-A", "I-A", "E-A", "S-A", "B-B", "I-B", "E-B", "S-B")
                .list()
                .ofMinSize(1)
                .ofMaxSize(9);
    }

    /// The rule as the evaluation program words it: whether a chunk ends between two words, and whether one
    /// starts.
    private static List<Span> pairwise(List<String> tags) {
        List<Span> spans = new ArrayList<>();
        int begin = -1;
        char before = 'O';
        String typeBefore = "";
        for (int i = 0; i <= tags.size(); i++) {
            String tag = i < tags.size() ? tags.get(i) : "O";
            char letter = tag.charAt(0);
            String type = letter == 'O' ? "" : tag.substring(2);
            boolean ends = before == 'E'
                    || before == 'S'
                    || ((before == 'B' || before == 'I') && (letter == 'B' || letter == 'S' || letter == 'O'))
                    || (before != 'O' && !typeBefore.equals(type));
            boolean starts = letter == 'B'
                    || letter == 'S'
                    || ((before == 'E' || before == 'S' || before == 'O') && (letter == 'E' || letter == 'I'))
                    || (letter != 'O' && !typeBefore.equals(type));
            if (begin >= 0 && ends) {
                spans.add(new Span(typeBefore, begin, i));
                begin = -1;
            }
            if (starts) {
                begin = i;
            }
            before = letter;
            typeBefore = type;
        }
        return spans;
    }
}
