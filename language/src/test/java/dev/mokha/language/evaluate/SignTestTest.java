package dev.mokha.language.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class SignTestTest {
    private static final double ROUNDING = 1e-12;

    @Test
    void valuesByHand() {
        assertThat(SignTest.p(0, 0)).isEqualTo(1);
        assertThat(SignTest.p(2, 1)).isCloseTo(1, within(ROUNDING));
        assertThat(SignTest.p(0, 5)).isCloseTo(2.0 / 32, within(ROUNDING));
        assertThat(SignTest.p(8, 2)).isCloseTo(112.0 / 1024, within(ROUNDING));
    }

    @Property(tries = 200)
    void itIsTwiceTheSmallerSideSummedTermByTerm(
            @ForAll @IntRange(max = 40) int one, @ForAll @IntRange(max = 40) int other) {
        int n = one + other;
        double term = Math.pow(0.5, n);
        double sum = 0;
        for (int k = 0; k <= Math.min(one, other); k++) {
            sum += term;
            term *= (double) (n - k) / (k + 1);
        }
        assertThat(SignTest.p(one, other)).isCloseTo(Math.min(1, 2 * sum), within(ROUNDING));
        assertThat(SignTest.p(one, other)).isEqualTo(SignTest.p(other, one));
    }
}
