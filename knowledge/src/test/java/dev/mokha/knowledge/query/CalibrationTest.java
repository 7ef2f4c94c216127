package dev.mokha.knowledge.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class CalibrationTest {
    private static final int MANY = 20_000;

    @Test
    void aLogisticTruthIsFoundAgain() {
        double[][] scores = drawn(1.7, -0.8, MANY);
        Calibration fitted = Calibration.fit(scores[0], scores[1]);
        assertThat(fitted.slope()).isEqualTo(1.7, within(0.1));
        assertThat(fitted.offset()).isEqualTo(-0.8, within(0.1));
        assertThat(fitted.error()).isLessThan(0.02);
        assertThat(fitted.count()).isEqualTo(MANY);
        assertThat(fitted.probability(0.8 / 1.7)).isEqualTo(0.5, within(0.05));
    }

    @Test
    void noLineIsBetterThanTheFittedOne() {
        double[][] scores = drawn(0.5, 0.3, 400);
        Calibration fitted = Calibration.fit(scores[0], scores[1]);
        double best = loss(scores, fitted.slope(), fitted.offset());
        for (double by : new double[] {-0.01, 0.01}) {
            assertThat(loss(scores, fitted.slope() + by, fitted.offset())).isGreaterThan(best);
            assertThat(loss(scores, fitted.slope(), fitted.offset() + by)).isGreaterThan(best);
        }
    }

    @Test
    void separatedScoresStayFinite() {
        Calibration fitted = Calibration.fit(new double[] {5, 6, 7, 8}, new double[] {-5, -6, -7, -8});
        assertThat(fitted.probability(6)).isBetween(0.6, 1.0);
        assertThat(fitted.probability(-1e6)).isZero();
        assertThat(fitted.probability(1e6)).isEqualTo(1);
        assertThatIllegalArgumentException().isThrownBy(() -> Calibration.fit(new double[1], new double[5]));
    }

    @Test
    void theErrorIsTheWeightedDistanceOfShareAndProbability() {
        var sure = new Calibration(0, 10, 0, 0); // says 0.99995 of everything
        double p = sure.probability(0);
        assertThat(sure.errorOn(new double[3], new double[1])).isEqualTo(p - 0.75, within(1e-12));
    }

    // The loss that Platt fits, on the half that is fitted.
    private static double loss(double[][] scores, double slope, double offset) {
        double sum = 0;
        double trues = Math.ceil(scores[0].length / 2.0);
        double others = Math.ceil(scores[1].length / 2.0);
        for (int side = 0; side < 2; side++) {
            double target = side == 0 ? (trues + 1) / (trues + 2) : 1 / (others + 2);
            for (int i = 0; i < scores[side].length; i += 2) {
                double p = 1 / (1 + Math.exp(-(slope * scores[side][i] + offset)));
                sum -= target * Math.log(p) + (1 - target) * Math.log(1 - p);
            }
        }
        return sum;
    }

    /// Scores, each true with the logistic probability of it.
    private static double[][] drawn(double slope, double offset, int count) {
        var random = new SplittableRandom(3);
        List<Double> trues = new ArrayList<>();
        List<Double> others = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            double score = 2 * random.nextGaussian();
            (random.nextDouble() < 1 / (1 + Math.exp(-(slope * score + offset))) ? trues : others).add(score);
        }
        return new double[][] {array(trues), array(others)};
    }

    private static double[] array(List<Double> scores) {
        return scores.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
