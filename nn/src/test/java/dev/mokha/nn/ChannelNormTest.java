package dev.mokha.nn;

import static dev.mokha.nn.Golden.assertClose;
import static dev.mokha.nn.Golden.grad;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Rng;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import dev.mokha.testkit.FiniteDifferences;
import org.junit.jupiter.api.Test;

class ChannelNormTest {
    /// Float32, a few operations a value.
    private static final double TOLERANCE = 5e-6;

    private static final double EPS = 1e-5;

    @Test
    void groupNormMatchesTheGoldenValues() {
        try (var file = Golden.open();
                var _ = Scope.open("test")) {
            Tensor x = file.tensor("group_norm.input").copy().requiresGrad(true);
            Tensor weight = file.tensor("group_norm.weight").copy().requiresGrad(true);
            Tensor bias = file.tensor("group_norm.bias").copy().requiresGrad(true);
            Tensor y = new GroupNorm(weight, bias, 2, EPS).forward(x);
            assertClose(y, file.tensor("group_norm.output"), TOLERANCE);
            y.backward(file.tensor("group_norm.upstream"));
            assertClose(grad(x), file.tensor("group_norm.grad.input"), TOLERANCE);
            assertClose(grad(weight), file.tensor("group_norm.grad.weight"), TOLERANCE);
            assertClose(grad(bias), file.tensor("group_norm.grad.bias"), TOLERANCE);
        }
    }

    @Test
    void batchNormAgreesWithNestedLoopsInTrainingAndRemembersForUse() {
        try (var params = Params.fresh(1);
                var rng = new Rng(2);
                var _ = Scope.open("test")) {
            BatchNorm norm = params.batchNorm("bn", 3, EPS);
            params.get("bn.weight").copyInPlace(Tensors.of(new float[] {1, 2, 3}, 3));
            params.get("bn.bias").copyInPlace(Tensors.of(new float[] {0, -1, 5}, 3));
            Tensor x = rng.normal(4, 3, 2, 3, 2, 2);
            double[] xs = x.toDoubles();
            double[] trained = new double[xs.length];
            double[] used = new double[xs.length];
            for (int c = 0; c < 3; c++) {
                double mean = 0;
                double var = 0;
                for (int i = 0; i < 8; i++) {
                    mean += xs[at(i, c)] / 8;
                }
                for (int i = 0; i < 8; i++) {
                    var += Math.pow(xs[at(i, c)] - mean, 2) / 8;
                }
                double[] weight = {1, 2, 3};
                double[] bias = {0, -1, 5};
                double runningVar = 0.9 + 0.1 * var * 8 / 7;
                for (int i = 0; i < 8; i++) {
                    double value = xs[at(i, c)];
                    trained[at(i, c)] = (value - mean) / Math.sqrt(var + EPS) * weight[c] + bias[c];
                    used[at(i, c)] = (value - 0.1 * mean) / Math.sqrt(runningVar + EPS) * weight[c] + bias[c];
                }
            }
            assertClose(norm.forward(x), trained, TOLERANCE);
            params.mode(Mode.EVAL);
            assertClose(norm.forward(x), used, TOLERANCE);
            assertThat(params.trainable()).containsOnlyKeys("bn.weight", "bn.bias");
            assertThat(params.named()).containsKeys("bn.running_mean", "bn.running_var");
        }
    }

    /// {@return where the i-th value of a channel lies in `[2, 3, 2, 2]`}
    private static int at(int i, int channel) {
        return i / 4 * 12 + channel * 4 + i % 4;
    }

    @Test
    void gradientsOfAResidualBlockAgreeWithFiniteDifferences() {
        try (var params = Params.fresh(Loading.forTraining(Device.CPU).as(DType.FLOAT64));
                var rng = new Rng(3);
                var _ = Scope.open("test")) {
            var block = new ResidualBlock(params, 2, 3, 2);
            double[] start = rng.normal(0, 1, 2L * 2 * 4 * 4).toDoubles();
            Tensor upstream = rng.normal(0, 1, 2, 3, 2, 2).to(DType.FLOAT64);
            Tensor x = Tensors.of(start, 2, 2, 4, 4).requiresGrad(true);
            Tensor y = block.forward(x);
            assertThat(y.shape()).containsExactly(2, 3, 2, 2);
            y.mul(upstream).sum().backward();
            double[] numeric = FiniteDifferences.gradient(
                    values -> {
                        try (var _ = Scope.open("difference")) {
                            return block.forward(Tensors.of(values, 2, 2, 4, 4))
                                    .mul(upstream)
                                    .sum()
                                    .item();
                        }
                    },
                    start);
            assertClose(grad(x), numeric, 1e-5);
            assertThat(params.named())
                    .containsKeys(
                            "conv1.weight",
                            "bn1.running_var",
                            "conv2.weight",
                            "downsample.0.weight",
                            "downsample.1.bias");
        }
    }

    @Test
    void channelsThatDoNotFormGroupsAreRefused() {
        try (var params = Params.fresh(1)) {
            assertThatThrownBy(() -> params.groupNorm("norm", 10, 4, EPS)).hasMessageContaining("10 channels");
        }
    }
}
