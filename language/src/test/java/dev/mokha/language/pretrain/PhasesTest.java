package dev.mokha.language.pretrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.nn.fit.Batches;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PhasesTest {
    /// Counts on from a number.
    private static final class Counting implements Batches<Integer> {
        private int at;

        Counting(int from) {
            this.at = from;
        }

        @Override
        public Integer next() {
            return at++;
        }

        @Override
        public String position() {
            return Integer.toString(at);
        }

        @Override
        public void restore(String position) {
            at = Integer.parseInt(position);
        }
    }

    private static Phases<Integer> phases() {
        return new Phases<>(
                List.of(new Phases.Phase<>(new Counting(100), 3), new Phases.Phase<>(new Counting(200), 2)));
    }

    private static List<Integer> draw(Phases<Integer> phases, int count) {
        var drawn = new ArrayList<Integer>();
        for (int i = 0; i < count; i++) {
            drawn.add(phases.next());
        }
        return drawn;
    }

    @Test
    void oneSourceFollowsTheOtherAndTheLastGoesOn() {
        assertThat(draw(phases(), 7)).containsExactly(100, 101, 102, 200, 201, 202, 203);
    }

    @Test
    void aPhaseBeginsOnceAndNotAgainWhenRestored() {
        var begun = new ArrayList<String>();
        var phases = new Phases<>(List.of(
                new Phases.Phase<>(new Counting(0), 2, () -> begun.add("first")),
                new Phases.Phase<>(new Counting(10), 2, () -> begun.add("second"))));
        draw(phases, 2);
        assertThat(begun).isEmpty(); // the first phase has nothing before it
        draw(phases, 1);
        assertThat(begun).containsExactly("second");
        phases.restore(phases.position());
        draw(phases, 3);
        assertThat(begun).containsExactly("second");
    }

    @Property(tries = 30)
    void aRestoredPositionGoesOnAsTheUninterrupted(@ForAll @IntRange(max = 8) int before) {
        var whole = phases();
        draw(whole, before);
        var resumed = phases();
        resumed.next();
        resumed.restore(whole.position());
        assertThat(resumed.position()).isEqualTo(whole.position());
        assertThat(draw(resumed, 6)).isEqualTo(draw(whole, 6));
    }

    @Test
    void aPositionOfSomethingElseIsRefused() {
        for (String position : List.of("", "1", "x/1/2", "5/0/100", "0/-1/100")) {
            assertThatThrownBy(() -> phases().restore(position))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("'" + position + "'");
        }
    }

    @Test
    void sharesOfStepsAreWholeAndSumToAll() {
        var shares = List.of(
                new MaskedPretrain.Share(32, 8, 0.25),
                new MaskedPretrain.Share(128, 2, 0.65),
                new MaskedPretrain.Share(512, 1, 0.1));
        assertThat(MaskedPretrain.phases(shares, 7))
                .containsExactly(new MaskedPretrain.Phase(32, 8, 2), new MaskedPretrain.Phase(128, 2, 5));
        assertThat(MaskedPretrain.phases(shares, 1000).stream()
                        .mapToLong(MaskedPretrain.Phase::steps)
                        .sum())
                .isEqualTo(1000);
    }
}
