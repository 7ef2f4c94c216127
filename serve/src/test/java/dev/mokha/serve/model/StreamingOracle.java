package dev.mokha.serve.model;

import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.serve.cache.Window;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/// A plain Llama in double precision that sees through a window with sinks, as Xiao et al. 2024, §3.2 say it:
/// keys are kept as they were before their rotation, and each time the whole cache is turned by the places that
/// its keys have in it.
final class StreamingOracle {
    private final WeightSource weights;
    private final DecoderConfig config;
    private final Window window;
    private final double[] frequencies;

    StreamingOracle(WeightSource weights, Window window) {
        this.weights = weights;
        this.config = weights.config();
        this.window = window;
        float[] of = config.ropeParameters().frequencies(config.headDim());
        this.frequencies = new double[of.length];
        for (int i = 0; i < of.length; i++) {
            frequencies[i] = of[i];
        }
    }

    /// {@return `[position][vocab]`}
    double[][] logits(int[] tokens) {
        double[][] x = new double[tokens.length][];
        for (int p = 0; p < tokens.length; p++) {
            x[p] = row("model.embed_tokens.weight", tokens[p]);
        }
        for (int layer = 0; layer < config.numHiddenLayers(); layer++) {
            String at = "model.layers." + layer + ".";
            attend(x, at);
            for (double[] one : x) {
                double[] h = norm(one, at + "post_attention_layernorm.weight");
                double[] gate = times(at + "mlp.gate_proj.weight", h);
                double[] up = times(at + "mlp.up_proj.weight", h);
                for (int i = 0; i < gate.length; i++) {
                    gate[i] = gate[i] / (1 + Math.exp(-gate[i])) * up[i];
                }
                add(one, times(at + "mlp.down_proj.weight", gate));
            }
        }
        double[][] logits = new double[tokens.length][];
        for (int p = 0; p < tokens.length; p++) {
            logits[p] = times("lm_head.weight", norm(x[p], "model.norm.weight"));
        }
        return logits;
    }

    private void attend(double[][] x, String at) {
        int d = config.headDim();
        List<double[]> keys = new ArrayList<>();
        List<double[]> values = new ArrayList<>();
        for (int p = 0; p < x.length; p++) {
            double[] h = norm(x[p], at + "input_layernorm.weight");
            double[] query = times(at + "self_attn.q_proj.weight", h);
            keys.add(times(at + "self_attn.k_proj.weight", h));
            values.add(times(at + "self_attn.v_proj.weight", h));
            List<Integer> cache = new ArrayList<>();
            for (int past = 0; past <= p; past++) {
                if (past < window.sinks() || past > p - window.positions()) {
                    cache.add(past);
                }
            }
            double[] mixed = new double[query.length];
            int group = config.numAttentionHeads() / config.numKeyValueHeads();
            for (int head = 0; head < config.numAttentionHeads(); head++) {
                double[] q = turned(query, head * d, cache.size() - 1);
                double[] weight = new double[cache.size()];
                double sum = 0;
                for (int place = 0; place < weight.length; place++) {
                    double[] k = turned(keys.get(cache.get(place)), head / group * d, place);
                    double dot = 0;
                    for (int i = 0; i < d; i++) {
                        dot += q[i] * k[i];
                    }
                    weight[place] = Math.exp(dot / Math.sqrt(d));
                    sum += weight[place];
                }
                for (int place = 0; place < weight.length; place++) {
                    for (int i = 0; i < d; i++) {
                        mixed[head * d + i] += weight[place] / sum * values.get(cache.get(place))[head / group * d + i];
                    }
                }
            }
            add(x[p], times(at + "self_attn.o_proj.weight", mixed));
        }
    }

    private double[] turned(double[] all, int from, int place) {
        int half = frequencies.length;
        double[] turned = new double[2 * half];
        for (int i = 0; i < half; i++) {
            double cos = Math.cos(place * frequencies[i]);
            double sin = Math.sin(place * frequencies[i]);
            turned[i] = all[from + i] * cos - all[from + half + i] * sin;
            turned[half + i] = all[from + half + i] * cos + all[from + i] * sin;
        }
        return turned;
    }

    private double[] row(String name, int index) {
        float[] row = weights.rows(name).row(index).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
        double[] wide = new double[row.length];
        for (int i = 0; i < row.length; i++) {
            wide[i] = row[i];
        }
        return wide;
    }

    private double[] norm(double[] x, String name) {
        double square = 0;
        for (double one : x) {
            square += one * one;
        }
        double[] weight = row(name, 0);
        double[] out = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            out[i] = x[i] / Math.sqrt(square / x.length + config.rmsNormEps()) * weight[i];
        }
        return out;
    }

    private double[] times(String name, double[] x) {
        double[] out = new double[weights.rows(name).count()];
        for (int n = 0; n < out.length; n++) {
            double[] row = row(name, n);
            for (int i = 0; i < x.length; i++) {
                out[n] += row[i] * x[i];
            }
        }
        return out;
    }

    private static void add(double[] x, double[] more) {
        for (int i = 0; i < x.length; i++) {
            x[i] += more[i];
        }
    }
}
