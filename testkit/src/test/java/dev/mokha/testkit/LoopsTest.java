package dev.mokha.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/// The oracles themselves, on numbers that a person can check.
class LoopsTest {
    @Test
    void matmulMultipliesRowsByColumns() {
        double[][] product = Loops.matmul(new double[][] {{1, 2}, {3, 4}}, new double[][] {{5, 6}, {7, 8}});
        assertThat(Loops.flat(product)).containsExactly(19, 22, 43, 50);
    }

    @Test
    void softmaxOfLogarithmsIsTheirProportion() {
        double[] probs = Loops.softmax(new double[] {Math.log(1), Math.log(3)});
        Close.assertClose("probs", probs, new double[] {0.25, 0.75}, Tolerance.FLOAT64);
    }

    @Test
    void attentionWithoutPreferenceIsTheMeanOfWhatIsSeen() {
        double[][] zeros = new double[2][1];
        double[][] values = {{2}, {4}};
        assertThat(Loops.flat(Loops.attention(zeros, zeros, values, 1, false))).containsExactly(3, 3);
        assertThat(Loops.flat(Loops.attention(zeros, zeros, values, 1, true))).containsExactly(2, 3);
    }

    @Test
    void normsScaleToOne() {
        double[] ones = {1, 1};
        double[] layer = Loops.layerNorm(new double[] {1, 3}, ones, new double[] {0, 10}, 0);
        assertThat(layer).containsExactly(-1, 11);
        assertThat(Loops.rmsNorm(new double[] {3, -3}, new double[] {1, 2}, 0)).containsExactly(1, -2);
    }

    @Test
    void crossEntropyOfEqualLogitsIsTheLogarithmOfTheClasses() {
        double loss = Loops.crossEntropy(new double[][] {{5, 5}, {1, 9}}, new long[] {1, -100}, 0.3);
        assertThat(loss).isEqualTo(Math.log(2));
    }

    @Test
    void finiteDifferencesOfASquareAreTwiceThePoint() {
        double[] gradient = FiniteDifferences.gradient(x -> x[0] * x[0] + 3 * x[1], new double[] {2, 7});
        Close.assertClose("gradient", gradient, new double[] {4, 3}, Tolerance.FINITE_DIFFERENCES);
    }

    @Test
    void aGoldenFileIsFoundUnderTheRepositoryAndMissingPartsAreNamed() {
        Golden golden = Golden.read("nn/expected.json");
        assertThat(golden.at("").isObject()).isTrue();
        assertThatThrownBy(() -> golden.number("no/such/path")).hasMessageContaining("'no/such/path'");
        assertThatThrownBy(() -> Golden.read("none.json")).hasMessageContaining("none.json");
    }
}
