package dev.mokha.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class CloseTest {
    private static final Tolerance TENTH = Tolerance.absolute("a tenth", 0.1);

    @Test
    void whatLiesWithinTheTolerancePasses() {
        double[] numbers = {1, Double.NaN, Double.POSITIVE_INFINITY};
        assertThatCode(() -> Close.assertClose("x", new double[] {1.05, Double.NaN, 1.0 / 0}, numbers, TENTH))
                .doesNotThrowAnyException();
        assertThat(Close.largestDifference(new double[] {1.25, Double.NaN, 1.0 / 0}, numbers))
                .isEqualTo(0.25);
    }

    @Test
    void aDifferenceIsReportedWithItsSizeAndPlace() {
        assertThatThrownBy(() -> Close.assertClose(
                        "logits", new double[] {1, 2.5, 30}, new double[] {1, 2, 29}, Tolerance.absolute("a bit", 0.1)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("logits: 2 of 3 numbers differ by more than a bit")
                .hasMessageContaining("first:            at 1, 2.5, expected 2.0")
                .hasMessageContaining("max abs 1.00000: at 2, 30.0, expected 29.0")
                .hasMessageContaining("max rel 0.250000: at 1");
    }

    @Test
    void neitherNanNorInfinityIsCloseToANumber() {
        for (double odd : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
            double[] one = {1};
            assertThatThrownBy(() -> Close.assertClose("x", new double[] {odd}, one, TENTH))
                    .isInstanceOf(AssertionError.class);
            assertThatThrownBy(() -> Close.assertClose("x", one, new double[] {odd}, Tolerance.FLOAT32))
                    .isInstanceOf(AssertionError.class);
        }
    }

    @Test
    void anotherLengthFails() {
        assertThatThrownBy(() -> Close.assertClose("x", new float[2], new float[3], TENTH))
                .hasMessageContaining("has 2 numbers, expected 3");
    }
}
