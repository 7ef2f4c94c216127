package dev.mokha.knowledge.lifelong;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.knowledge.graph.Facts;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class ReservoirTest {
    private static final int ROOM = 6;

    @Test
    void eachFactIsRememberedWithTheSameChance() {
        var random = new SplittableRandom(3);
        int[] times = new int[20];
        int tries = 20_000;
        for (int i = 0; i < tries; i++) {
            var memory = new Reservoir(Facts.NONE, 0, ROOM)
                    .after(facts(0, 4), random)
                    .after(facts(4, 13), random)
                    .after(facts(13, 20), random);
            assertThat(memory.facts().size()).isEqualTo(ROOM);
            for (int k = 0; k < ROOM; k++) {
                times[memory.facts().subject(k)]++;
            }
        }
        // expected 6000 of 20,000, deviation 65: five of them
        for (int fact = 0; fact < times.length; fact++) {
            assertThat((double) times[fact]).as("fact %d", fact).isCloseTo(6000, within(325.0));
        }
    }

    @Test
    void newFactsStandBesideTheRememberedInProportion() {
        var random = new SplittableRandom(3);
        var memory = new Reservoir(Facts.NONE, 0, ROOM).after(facts(0, 18), random);
        assertThat(memory.beside(facts(20, 29)).size()).isEqualTo(ROOM + 3);
        assertThat(new Reservoir(Facts.NONE, 0, ROOM).beside(facts(0, 9)).size())
                .isEqualTo(9);
        assertThat(new Reservoir(Facts.NONE, 0, ROOM)
                        .after(facts(0, 5), random)
                        .beside(facts(5, 9))
                        .size())
                .isEqualTo(9);
    }

    @Test
    void aStateKeepsIt() {
        var memory = new Reservoir(Facts.NONE, 0, ROOM).after(facts(0, 18), new SplittableRandom(3));
        State state = memory.into(State.none(4), "some");
        Reservoir again = Reservoir.of(state, "some", ROOM);
        assertThat(again.seen()).isEqualTo(18);
        assertThat(again.facts()).isSameAs(memory.facts());
        assertThat(Reservoir.of(State.none(4), "some", ROOM).seen()).isZero();
    }

    private static Facts facts(int from, int to) {
        int[] numbers = new int[to - from];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = from + i;
        }
        return Facts.of(numbers, new int[numbers.length], numbers);
    }
}
