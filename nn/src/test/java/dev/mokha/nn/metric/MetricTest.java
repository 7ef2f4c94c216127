package dev.mokha.nn.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensors;
import org.junit.jupiter.api.Test;

final class MetricTest {
    @Test
    void aMeanIsWeightedAndSkipsWhatWeighsNothing() {
        var mean = new Mean();
        assertThat(mean.value()).isNaN();
        mean.add(1, 3);
        mean.add(5);
        mean.add(Double.NaN, 0);
        assertThat(mean.value()).isEqualTo(2);
        assertThat(mean.weight()).isEqualTo(4);
        assertThatThrownBy(() -> mean.add(1, -1)).hasMessageContaining("-1.0");
    }

    @Test
    void aMeanKeepsTheDigitsOfSmallValuesBesideLargeOnes() {
        var mean = new Mean();
        mean.add(1e16);
        for (int i = 0; i < 1000; i++) {
            mean.add(1); // each alone is lost beside 1e16
        }
        mean.add(-1e16);
        assertThat(mean.value()).isCloseTo(1000.0 / 1002, within(1e-12));
    }

    @Test
    void anInfiniteLossMakesTheMeanInfiniteAndNotANumberOfItsOwn() {
        var mean = new Mean();
        mean.add(1);
        mean.add(Double.POSITIVE_INFINITY);
        assertThat(mean.value()).isEqualTo(Double.POSITIVE_INFINITY);
    }

    @Test
    void accuracyCountsRightPositionsAndLeavesIgnoredOnesOut() {
        try (var _ = Scope.open("test")) {
            var accuracy = new Accuracy();
            accuracy.add(
                    Tensors.of(new float[] {0, 1, 2, 1, 0, 0, 5, 1, 1, 0, 9, 0}, 2, 2, 3),
                    Tensors.of(new long[] {2, 1, 0, -100}, 2, 2));
            assertThat(accuracy.count()).isEqualTo(3);
            assertThat(accuracy.value()).isCloseTo(2.0 / 3, within(1e-12));
        }
    }

    @Test
    void likelihoodIsPerTokenOrPerByte() {
        var likelihood = new Likelihood();
        likelihood.add(Math.log(8), 10, 30);
        likelihood.add(Math.log(2), 10, 10);
        assertThat(likelihood.perplexity()).isCloseTo(4, within(1e-12)); // √(8 · 2)
        assertThat(likelihood.bitsPerByte()).isCloseTo((30 + 10) / 40.0, within(1e-12));
        likelihood.add(Double.NaN, 0, 0);
        assertThat(likelihood.loss()).isCloseTo(Math.log(4), within(1e-12));
        assertThat(likelihood.tokens()).isEqualTo(20);
        assertThat(likelihood.bytes()).isEqualTo(40);
        assertThatThrownBy(() -> likelihood.add(1, -1, 0)).hasMessageContaining("-1 tokens");
    }
}
