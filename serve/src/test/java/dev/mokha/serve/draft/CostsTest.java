package dev.mokha.serve.draft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class CostsTest {
    /// Steps of 1 to 8 rows that take `base + row` nanoseconds a row, and a little more or less.
    private static Costs measured(long base, long row, long pass) {
        var costs = new Costs(true);
        var random = new Random(1);
        for (int i = 0; i < 200; i++) {
            int rows = 1 + random.nextInt(8);
            costs.step(rows, base + row * rows + random.nextInt(-1000, 1001));
            costs.pass(pass);
        }
        return costs;
    }

    @Test
    void aStepsTimeIsFittedToItsRows() {
        var costs = measured(900_000, 100_000, 250_000);
        assertThat(costs.row()).isCloseTo(0.1, within(0.005));
        assertThat(costs.pass()).isCloseTo(0.25, within(0.005));
    }

    @Test
    void equalStepsSayNothingOfRows() {
        var costs = new Costs(true);
        for (int i = 0; i < 50; i++) {
            costs.step(1, 1_000_000);
        }
        assertThat(costs.row()).isBetween(0.01, 0.1);
    }

    /// Tokens a time, drafting so many.
    private static double speed(double chance, double each, int count) {
        double expected = 0;
        for (int i = 0; i <= count; i++) {
            expected += Math.pow(chance, i);
        }
        return expected / (1 + count * each);
    }

    @Test
    void asManyAreDraftedAsMakeItFastest() {
        var costs = new Costs(true);
        for (double chance = 0.05; chance < 1; chance += 0.1) {
            for (double each = 0.02; each < 0.6; each += 0.1) {
                int best = 0;
                for (int count = 1; count <= 12; count++) {
                    best = speed(chance, each, count) > speed(chance, each, best) ? count : best;
                }
                assertThat(costs.worth(chance, each, 12))
                        .as("%f at %f", chance, each)
                        .isEqualTo(best);
            }
        }
    }

    @Test
    void withoutCountingAllIsWorthIt() {
        var costs = new Costs(false);
        assertThat(costs.worth(0.01, 10, 7)).isEqualTo(7);
        assertThat(costs.isWorth(0, 1, 1, 1)).isTrue();
    }

    @Test
    void acceptanceFollowsWhatWasRight() {
        var acceptance = new Acceptance();
        assertThat(acceptance.chance()).isEqualTo(0.7);
        for (int i = 0; i < 30; i++) {
            acceptance.learn(4, 4);
        }
        assertThat(acceptance.chance()).isGreaterThan(0.95);
        for (int i = 0; i < 30; i++) {
            acceptance.learn(4, 1); // one right, one wrong, two that say nothing
        }
        assertThat(acceptance.chance()).isCloseTo(0.5, within(0.06));
        acceptance.learn(0, 0);
        assertThat(acceptance.chance()).isCloseTo(0.5, within(0.06));
    }
}
