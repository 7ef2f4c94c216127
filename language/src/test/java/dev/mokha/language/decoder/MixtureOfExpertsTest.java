package dev.mokha.language.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.nn.Loading;
import dev.mokha.nn.Params;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Rng;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import dev.mokha.testkit.Loops;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The layer and its loss against nested loops of doubles.
final class MixtureOfExpertsTest {
    private static final int HIDDEN = 6;
    private static final int TIME = 9;

    @ParameterizedTest
    @CsvSource({"5, 2, 0, true", "5, 3, 4, false", "3, 3, 0, true", "4, 1, 2, false", "7, 1, 0, true"})
    void itIsTheSumOverTheChosenExperts(int count, int chosen, int shared, boolean normed) {
        var experts = new Experts(count, chosen, 8, shared, normed, 0, false, 1, List.of());
        try (var _ = Scope.open();
                var _ = Gradients.off();
                var rng = new Rng(count + chosen);
                var params = Params.fresh(
                        Loading.forTraining(Device.CPU).as(DType.FLOAT64).seed(3))) {
            var layer = new MixtureOfExperts(HIDDEN, experts, Family.QWEN2_MOE, params);
            params.named().values().forEach(tensor -> tensor.copyInPlace(rng.normal(0, 0.6, tensor.shape())));
            Tensor x = rng.normal(0, 1, 2, TIME, HIDDEN).to(DType.FLOAT64);
            var balance = new LoadBalance(count, null);
            double[] y = layer.forward(x, balance).toDoubles();
            var oracle = new Oracle(params, experts);
            double[] input = x.toDoubles();
            for (int t = 0; t < 2 * TIME; t++) {
                double[] row = Arrays.copyOfRange(input, t * HIDDEN, (t + 1) * HIDDEN);
                assertThat(Arrays.copyOfRange(y, t * HIDDEN, (t + 1) * HIDDEN))
                        .as("token %d", t)
                        .containsExactly(oracle.layer(row), within(1e-12));
            }
            assertThat(balance.loss().item()).isCloseTo(oracle.balance(input), within(1e-12));
        }
    }

    @Test
    void paddingIsNoLoadAndEvenLoadCostsAsMuchAsExpertsAreChosen() {
        try (var _ = Scope.open()) {
            Tensor probs = Tensors.of(new double[] {0.7, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.7, 1, 0, 0, 0}, 3, 4);
            Tensor chosen = Tensors.of(new long[] {0, 1, 2, 3, 0, 0}, 3, 2);
            var balance = new LoadBalance(4, Tensors.of(new long[] {1, 1, 0}, 1, 3));
            balance.add(new Router.Routes(probs, probs, chosen));
            // each is chosen by half of the two tokens, and the mean probabilities sum to 1: 4 · Σ ½ P = 2
            assertThat(balance.loss().item()).isCloseTo(2, within(1e-12));
        }
    }

    @Test
    void aMixtureWhereAnExpertHasNoTokenTrains() {
        var config =
                DecoderConfig.tiny().as(Family.QWEN3_MOE, new Experts(40, 1, 8, 0, true, 0.01, false, 1, List.of()));
        try (var _ = Scope.open();
                var model = Decoder.fresh(config, 1)) {
            TokenBatch batch = TokenBatch.of(1, 2, 3);
            model.loss(batch, batch.ids()).backward();
            Map<String, Tensor> named = model.params().named();
            assertThat(named.entrySet().stream()
                            .filter(entry -> entry.getKey().contains("layers.0.mlp.experts."))
                            .filter(entry -> entry.getValue().grad() != null)
                            .count())
                    .isBetween(3L, 9L);
            assertThat(Objects.requireNonNull(named.get("model.layers.0.mlp.gate.weight"))
                            .grad())
                    .isNotNull();
        }
    }

    /// The formulas in loops.
    private record Oracle(Params params, Experts experts) {
        double[] layer(double[] x) {
            double[] probs = probs(x);
            List<Integer> chosen = chosen(probs);
            double sum = chosen.stream().mapToDouble(i -> probs[i]).sum();
            double[] y = new double[HIDDEN];
            for (int expert : chosen) {
                double weight = experts.normTopkProb() ? probs[expert] / sum : probs[expert];
                add(y, weight, block("experts." + expert + ".", x));
            }
            if (experts.sharedExpertIntermediateSize() > 0) {
                double gate = project("shared_expert_gate.weight", x)[0];
                add(y, 1 / (1 + Math.exp(-gate)), block("shared_expert.", x));
            }
            return y;
        }

        double balance(double[] input) {
            int tokens = input.length / HIDDEN;
            double[] share = new double[experts.numExperts()];
            double[] mean = new double[experts.numExperts()];
            for (int t = 0; t < tokens; t++) {
                double[] probs = probs(Arrays.copyOfRange(input, t * HIDDEN, (t + 1) * HIDDEN));
                chosen(probs).forEach(i -> share[i] += 1.0 / tokens);
                add(mean, 1.0 / tokens, probs);
            }
            return experts.numExperts()
                    * IntStream.range(0, mean.length)
                            .mapToDouble(i -> share[i] * mean[i])
                            .sum();
        }

        private double[] probs(double[] x) {
            return Loops.softmax(project("gate.weight", x));
        }

        private List<Integer> chosen(double[] probs) {
            return IntStream.range(0, probs.length)
                    .boxed()
                    .sorted((a, b) -> Double.compare(probs[b], probs[a]))
                    .limit(experts.numExpertsPerTok())
                    .toList();
        }

        private double[] block(String at, double[] x) {
            double[] gate = project(at + "gate_proj.weight", x);
            double[] up = project(at + "up_proj.weight", x);
            for (int i = 0; i < gate.length; i++) {
                gate[i] *= up[i] / (1 + Math.exp(-gate[i]));
            }
            return project(at + "down_proj.weight", gate);
        }

        private double[] project(String name, double[] x) {
            double[] weight = params.get(name).toDoubles();
            double[] y = new double[weight.length / x.length];
            for (int i = 0; i < weight.length; i++) {
                y[i / x.length] += weight[i] * x[i % x.length];
            }
            return y;
        }

        private static void add(double[] to, double times, double[] what) {
            for (int i = 0; i < to.length; i++) {
                to[i] += times * what[i];
            }
        }
    }
}
