package dev.mokha.language.decoder;

import static dev.mokha.testkit.Close.assertClose;

import dev.mokha.nn.Loading;
import dev.mokha.nn.Params;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Rng;
import dev.mokha.tensor.Scope;
import dev.mokha.testkit.Loops;
import dev.mokha.testkit.Tolerance;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The whole model written out in nested loops of doubles: what the tensors are held to where no other
/// implementation is at hand.
final class DecoderOracleTest {
    /// Angles are rounded to float32, as the model's are not in the loops below.
    private static final Tolerance ANGLES = Tolerance.absolute("float32 angles", 2e-6);

    private static final DecoderConfig CONFIG = DecoderConfig.llama(19, 12, 10, 2, 6, 2);
    private static final int[] IDS = {3, 0, 18, 7, 7, 11, 2};

    @Test
    void logitsAreTheFormulasOwn() {
        var loading = Loading.forTraining(Device.CPU).as(DType.FLOAT64).seed(4);
        try (var _ = Scope.open();
                var _ = Gradients.off();
                var rng = new Rng(1);
                var params = Params.fresh(loading);
                var model = new Decoder(CONFIG, params)) {
            params.named()
                    .values()
                    .forEach(
                            tensor -> // far from the linear range that small weights stay in
                            tensor.copyInPlace(rng.normal(tensor.rank() == 1 ? 1 : 0, 0.5, tensor.shape())));
            double[] logits = model.forward(TokenBatch.of(IDS)).toDoubles();
            assertClose("logits", logits, Loops.flat(new Oracle(params).logits()), ANGLES);
        }
    }

    /// Llama in loops.
    private record Oracle(Params params) {
        double[][] logits() {
            double[][] x = new double[IDS.length][];
            double[][] table = matrix("model.embed_tokens.weight");
            for (int t = 0; t < IDS.length; t++) {
                x[t] = table[IDS[t]].clone();
            }
            for (int layer = 0; layer < CONFIG.numHiddenLayers(); layer++) {
                String at = "model.layers." + layer + ".";
                x = plus(x, attention(norm(x, at + "input_layernorm.weight"), at + "self_attn."));
                x = plus(x, mlp(norm(x, at + "post_attention_layernorm.weight"), at + "mlp."));
            }
            return project(norm(x, "model.norm.weight"), "lm_head.weight");
        }

        private double[][] attention(double[][] x, String at) {
            double[][] q = project(x, at + "q_proj.weight");
            double[][] k = project(x, at + "k_proj.weight");
            double[][] v = project(x, at + "v_proj.weight");
            int width = CONFIG.headDim();
            int group = CONFIG.numAttentionHeads() / CONFIG.numKeyValueHeads();
            double[][] mixed = new double[x.length][CONFIG.numAttentionHeads() * width];
            for (int head = 0; head < CONFIG.numAttentionHeads(); head++) {
                double[][] out = Loops.attention(
                        turned(head(q, head)),
                        turned(head(k, head / group)),
                        head(v, head / group),
                        1 / Math.sqrt(width),
                        true);
                for (int t = 0; t < x.length; t++) {
                    System.arraycopy(out[t], 0, mixed[t], head * width, width);
                }
            }
            return project(mixed, at + "o_proj.weight");
        }

        private double[][] mlp(double[][] x, String at) {
            double[][] gate = project(x, at + "gate_proj.weight");
            double[][] up = project(x, at + "up_proj.weight");
            for (int t = 0; t < x.length; t++) {
                for (int i = 0; i < gate[t].length; i++) {
                    gate[t][i] *= up[t][i] / (1 + Math.exp(-gate[t][i]));
                }
            }
            return project(gate, at + "down_proj.weight");
        }

        private static double[][] turned(double[][] head) {
            int half = CONFIG.headDim() / 2;
            double[][] turned = new double[head.length][2 * half];
            for (int t = 0; t < head.length; t++) {
                for (int i = 0; i < half; i++) {
                    double angle = t * Math.pow(10_000, -(double) i / half);
                    turned[t][i] = head[t][i] * Math.cos(angle) - head[t][i + half] * Math.sin(angle);
                    turned[t][i + half] = head[t][i + half] * Math.cos(angle) + head[t][i] * Math.sin(angle);
                }
            }
            return turned;
        }

        private static double[][] head(double[][] x, int head) {
            int width = CONFIG.headDim();
            List<double[]> rows = new ArrayList<>();
            for (double[] row : x) {
                rows.add(Arrays.copyOfRange(row, head * width, (head + 1) * width));
            }
            return rows.toArray(double[][]::new);
        }

        private double[][] norm(double[][] x, String name) {
            double[] weight = params.get(name).toDoubles();
            return IntStream.range(0, x.length)
                    .mapToObj(t -> Loops.rmsNorm(x[t], weight, CONFIG.rmsNormEps()))
                    .toArray(double[][]::new);
        }

        private double[][] project(double[][] x, String name) {
            double[][] weight = matrix(name);
            double[][] y = new double[x.length][weight.length];
            for (int t = 0; t < x.length; t++) {
                for (int o = 0; o < weight.length; o++) {
                    for (int i = 0; i < x[t].length; i++) {
                        y[t][o] += x[t][i] * weight[o][i];
                    }
                }
            }
            return y;
        }

        private double[][] matrix(String name) {
            double[] flat = params.get(name).toDoubles();
            int columns = (int) params.get(name).size(1);
            double[][] rows = new double[flat.length / columns][];
            for (int i = 0; i < rows.length; i++) {
                rows[i] = Arrays.copyOfRange(flat, i * columns, (i + 1) * columns);
            }
            return rows;
        }

        private static double[][] plus(double[][] a, double[][] b) {
            for (int t = 0; t < a.length; t++) {
                for (int i = 0; i < a[t].length; i++) {
                    a[t][i] += b[t][i];
                }
            }
            return a;
        }
    }
}
