package dev.mokha.knowledge.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class ContrastTest {
    private static final double STEP = 1e-6;

    @Property(tries = 200)
    void derivativesAreDifferences(
            @ForAll @DoubleRange(min = 0, max = 20) double positive,
            @ForAll @Size(5) double @DoubleRange(min = 0, max = 20) [] drawn) {
        double[] negatives = distinct(drawn);
        // without weights of their own: with a temperature they are held fixed
        for (Contrast contrast : new Contrast[] {new Contrast.MeanMargin(6), new Contrast.SelfAdversarial(6, 0)}) {
            double[] derivatives = negatives.clone();
            double byPositive = contrast.derive(positive, derivatives);
            double loss = contrast.loss(positive, negatives);
            double more = contrast.loss(positive + STEP, negatives);
            double less = contrast.loss(positive - STEP, negatives);
            if ((more == 0) != (less == 0)) {
                continue; // at the hinge
            }
            assertThat(loss).isNotNegative();
            assertThat(byPositive).isCloseTo((more - less) / (2 * STEP), within(1e-6));
            for (int k = 0; k < negatives.length; k++) {
                double[] moved = negatives.clone();
                moved[k] += STEP;
                double above = contrast.loss(positive, moved);
                moved[k] -= 2 * STEP;
                double below = contrast.loss(positive, moved);
                assertThat(derivatives[k]).isCloseTo((above - below) / (2 * STEP), within(1e-6));
            }
        }
    }

    private static double[] distinct(double[] drawn) {
        double[] distances = new double[5];
        for (int i = 0; i < distances.length; i++) {
            distances[i] = Math.abs(drawn[i]) % 20;
        }
        return distances;
    }

    @Test
    void nearNegativesCountMore() {
        var contrast = new Contrast.SelfAdversarial(6, 1);
        double[] derivatives = {3, 5, 9};
        contrast.derive(4, derivatives);
        assertThat(derivatives[0]).isLessThan(derivatives[1]);
        assertThat(derivatives[1]).isLessThan(derivatives[2]);
        assertThat(derivatives[2]).isNegative();
    }

    @Test
    void distancesFarFromTheMarginStayNumbers() {
        var contrast = new Contrast.SelfAdversarial(6, 100);
        double[] far = {0, 1e4, 1e6};
        assertThat(contrast.loss(1e6, far)).isFinite();
        assertThat(contrast.derive(1e6, far)).isEqualTo(1);
        assertThat(Arrays.stream(far).allMatch(Double::isFinite)).isTrue();
    }

    @Test
    void saysWhatIsWrong() {
        assertThatThrownBy(() -> new Contrast.MeanMargin(0)).hasMessageContaining("margin is above 0, not 0.0");
        assertThatThrownBy(() -> new Contrast.SelfAdversarial(1, -1)).hasMessageContaining("-1.0");
    }
}
