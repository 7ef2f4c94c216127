package dev.mokha.nn.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.nn.metric.Confusion.Average;
import org.junit.jupiter.api.Test;

final class ReportTest {
    @Test
    void aConfusionMatrixCountsWhatWasTakenForWhat() {
        // of class 0 three right and one taken for 1; of class 1 two right and two taken for 0
        var confusion = Confusion.of(2, new int[] {0, 0, 0, 0, 1, 1, 1, 1}, new int[] {0, 0, 0, 1, 1, 1, 0, 0});
        assertThat(confusion.count(0, 1)).isEqualTo(1);
        assertThat(confusion.count(1, 0)).isEqualTo(2);
        assertThat(confusion.present(0)).isEqualTo(4);
        assertThat(confusion.predicted(0)).isEqualTo(5);
        assertThat(confusion.precision(1)).isCloseTo(2.0 / 3, within(1e-15));
        assertThat(confusion.recall(1)).isEqualTo(0.5);
        assertThat(confusion.f1(1)).isCloseTo(4.0 / 7, within(1e-15));
        // (tp tn - fp fn) / √((tp+fp)(tp+fn)(tn+fp)(tn+fn)) = (6 - 2) / √(3 · 4 · 4 · 5)
        assertThat(confusion.matthews()).isCloseTo(4 / Math.sqrt(240), within(1e-15));
        assertThat(confusion.figures())
                .contains(entry("accuracy", 5.0 / 8), entry("f1", confusion.f1(1)))
                .containsKey("matthews_correlation");
    }

    @Test
    void binaryF1IsOfTwoClassesOnlyAndManyClassesReportTheMacro() {
        var three = Confusion.of(3, new int[] {0, 1, 2}, new int[] {0, 1, 1});
        assertThatThrownBy(() -> three.f1(Average.BINARY))
                .hasMessageContaining("3")
                .hasMessageContaining("macro");
        assertThat(three.figures()).containsEntry("f1", three.f1(Average.MACRO));
    }

    @Test
    void aLabelOutsideTheClassesIsNamed() {
        assertThatThrownBy(() -> new Confusion(2).add(2, 0)).hasMessage("class 2 is none of 0 to 1");
        assertThatThrownBy(() -> new Confusion(1)).hasMessageContaining("not 1");
        assertThatThrownBy(() -> Confusion.of(2, new int[1], new int[2]))
                .hasMessageContaining("1 labels and 2 predictions");
    }

    @Test
    void nothingMeasuredIsNoNumber() {
        assertThat(new Confusion(2).accuracy()).isNaN();
        assertThat(new Correlation(new double[0], new double[0]).pearson()).isNaN();
        assertThat(new EntityF1().accuracy()).isNaN();
        assertThat(new EntityF1().overall().f1()).isZero();
    }

    @Test
    void tiesShareTheMeanOfTheirRanks() {
        assertThat(Correlation.ranks(new double[] {3, 1, 3, 2, 3})).containsExactly(4, 1, 4, 2, 4);
        assertThat(Correlation.ranks(new double[] {5, 5})).containsExactly(1.5, 1.5);
    }

    @Test
    void aConstantPredictionFollowsNothing() {
        var correlation = new Correlation(new double[] {1, 2, 3}, new double[] {0.1, 0.1, 0.1});
        assertThat(correlation.pearson()).isNaN();
        assertThat(correlation.spearman()).isNaN();
        var broken = new Correlation(new double[] {1, 2, 3}, new double[] {1, Double.NaN, 3});
        assertThat(broken.pearson()).isNaN();
        assertThat(broken.spearman()).isNaN();
    }

    @Test
    void errorsAreMeansOverExamples() {
        var correlation = new Correlation(new double[] {1, 2}, new double[] {2, 5});
        assertThat(correlation.figures()).contains(entry("mse", 5.0), entry("mae", 2.0), entry("pearson", 1.0));
        assertThatThrownBy(() -> new Correlation(new double[1], new double[2])).hasMessageContaining("1 values and 2");
    }
}
