package dev.mokha.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.tensor.Functional.Convolution;
import dev.mokha.testkit.Close;
import dev.mokha.testkit.Loops;
import dev.mokha.testkit.Tolerance;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Layers and losses of some size against their definitions in plain loops.
class FunctionalTest {
    private final Random random = new Random(11);

    private double[][] matrix(int rows, int columns) {
        return Stream.generate(() -> random.doubles(columns, -2, 2).toArray())
                .limit(rows)
                .toArray(double[][]::new);
    }

    private static Tensor tensor(double[][] rows) {
        return Tensors.of(Loops.flat(rows), rows.length, rows[0].length);
    }

    @Test
    void matmulIsThatOfTheLoops() {
        double[][] a = matrix(17, 33);
        double[][] b = matrix(33, 9);
        double[] expected = Loops.flat(Loops.matmul(a, b));
        try (var _ = Scope.open("test")) {
            Close.assertClose("float64", tensor(a).matmul(tensor(b)).toDoubles(), expected, Tolerance.FLOAT64);
            Tensor single = tensor(a).to(DType.FLOAT32).matmul(tensor(b).to(DType.FLOAT32));
            Close.assertClose("float32", single.toFloats(), expected, Tolerance.FLOAT32);
        }
    }

    @ParameterizedTest
    @CsvSource({"7, 7, false", "7, 7, true", "1, 5, false", "3, 8, false"})
    void attentionIsThatOfTheLoopsForEachHead(int time, int keys, boolean causal) {
        int heads = 4;
        double[][][] query = {matrix(time, 8), matrix(time, 8), matrix(time, 8), matrix(time, 8)};
        double[][][] key = {matrix(keys, 8), matrix(keys, 8)};
        double[][][] value = {matrix(keys, 8), matrix(keys, 8)};
        try (var _ = Scope.open("test")) {
            Tensor out = Functional.attention(heads(query), heads(key), heads(value), null, causal, 0.3);
            assertThat(out.shape()).containsExactly(1, heads, time, 8);
            for (int head = 0; head < heads; head++) {
                double[][] expected = Loops.attention(query[head], key[head / 2], value[head / 2], 0.3, causal);
                double[] actual = out.select(1, head).toDoubles();
                Close.assertClose("head " + head, actual, Loops.flat(expected), Tolerance.FLOAT64);
            }
        }
    }

    private static Tensor heads(double[][][] heads) {
        return Tensors.stack(Stream.of(heads).map(FunctionalTest::tensor).toList(), 0)
                .unsqueeze(0);
    }

    @Test
    void normsAreThoseOfTheLoops() {
        double[] x = random.doubles(40, -3, 3).toArray();
        double[] weight = random.doubles(40, 0.5, 2).toArray();
        double[] bias = random.doubles(40, -1, 1).toArray();
        try (var _ = Scope.open("test")) {
            Tensor layer = Functional.layerNorm(Case.t(x), Case.t(weight), Case.t(bias), 1e-3);
            double[] expected = Loops.layerNorm(x, weight, bias, 1e-3);
            Close.assertClose("layer norm", layer.toDoubles(), expected, Tolerance.FLOAT64);
            Tensor rms = Functional.rmsNorm(Case.t(x), Case.t(weight), 1e-3);
            Close.assertClose("rms norm", rms.toDoubles(), Loops.rmsNorm(x, weight, 1e-3), Tolerance.FLOAT64);
        }
    }

    @ParameterizedTest
    @CsvSource({"0", "0.1"})
    void crossEntropyIsThatOfTheLoops(double smoothing) {
        double[][] logits = matrix(9, 6);
        long[] targets = {0, 5, -100, 3, 2, 1, -100, 4, 0};
        try (var _ = Scope.open("test")) {
            double loss = Functional.crossEntropy(tensor(logits), Case.ids(targets), smoothing)
                    .item();
            Close.assertClose(
                    "loss",
                    new double[] {loss},
                    new double[] {Loops.crossEntropy(logits, targets, smoothing)},
                    Tolerance.FLOAT64);
        }
    }

    @Test
    void theMeanOfNoTargetIsNotANumber() {
        try (var _ = Scope.open("test")) {
            assertThat(Functional.crossEntropy(Tensors.ones(1, 2), Case.ids(-100), 0)
                            .item())
                    .isNaN();
        }
    }

    @Test
    void aConvolutionThatCannotMoveIsRefused() {
        assertThatThrownBy(() -> new Convolution(0, 0, 1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 1");
    }
}
