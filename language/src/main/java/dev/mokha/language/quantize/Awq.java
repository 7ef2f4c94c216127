package dev.mokha.language.quantize;

import dev.mokha.language.quantize.LayerInputs.Point;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Protects the columns that large inputs meet, [Lin et al. 2024](https://arxiv.org/abs/2306.00978), §3.2:
/// they are multiplied with `s = mean|x|^α` before they are rounded, and the inputs divided by it where they
/// come from. Of twenty `α` from 0 the one is taken for which `‖Q(W s)(x / s) − W x‖²` is least over the
/// calibration text. Then weights far out are clipped where that lessens the error of their group's part.
///
/// The error is that of the products themselves; the paper's code takes that of the whole attention for
/// queries, keys and values.
///
/// @param clip whether weights are clipped; those of queries and keys never are
public record Awq(boolean clip) implements Method {
    private static final int GRID = 20;
    private static final int CLIPS = 10; // each a twentieth less

    /// With clipping.
    public static Awq usual() {
        return new Awq(true);
    }

    @Override
    public void layer(LayerWork work) {
        String values = work.name("self_attn.v_proj.weight");
        float[] attention = scale(work, Point.ATTENTION, work.name("input_layernorm.weight"), null);
        boolean sameWidth = work.params().get(values).size(0) == work.columns(work.name("self_attn.o_proj.weight"));
        float[] mixed = sameWidth ? scale(work, Point.MIXED, values, work.name("self_attn.v_proj.bias")) : null;
        float[] feedForward = scale(work, Point.FEED_FORWARD, work.name("post_attention_layernorm.weight"), null);
        float[] gated = scale(work, Point.GATED, work.name("mlp.up_proj.weight"), work.name("mlp.up_proj.bias"));
        if (clip) {
            clip(work, Point.ATTENTION, attention);
            clip(work, Point.MIXED, mixed);
            clip(work, Point.FEED_FORWARD, feedForward);
            clip(work, Point.GATED, gated);
        }
    }

    /// Finds the scales of an input and folds them.
    private static float[] scale(LayerWork work, Point point, String source, @Nullable String bias) {
        List<String> weights = point.weights(work.layer());
        Inputs inputs = work.inputs().at(point);
        float[] means = inputs.meanSizes();
        float[] best = scales(means, 0);
        double least = Double.POSITIVE_INFINITY;
        for (int step = 0; step < GRID; step++) {
            float[] scales = scales(means, step / (double) GRID);
            double error = 0;
            for (String name : weights) {
                error += error(work, name, scales, inputs.products());
            }
            if (error < least) {
                least = error;
                best = scales;
            }
        }
        work.fold(best, source, bias, weights);
        return best;
    }

    /// `mean^α`, around 1.
    private static float[] scales(float[] means, double alpha) {
        double[] scales = new double[means.length];
        double least = Double.POSITIVE_INFINITY;
        double most = 0;
        for (int j = 0; j < scales.length; j++) {
            scales[j] = Math.max(Math.pow(means[j], alpha), 1e-4);
            least = Math.min(least, scales[j]);
            most = Math.max(most, scales[j]);
        }
        float[] around = new float[scales.length];
        for (int j = 0; j < scales.length; j++) {
            around[j] = (float) (scales[j] / Math.sqrt(least * most));
        }
        return around;
    }

    /// {@return `Σ ‖Q(W s)(x / s) − W x‖²`, which is `Σ d H dᵀ` over the rows `d` of `Q(W s) / s − W`}
    private static double error(LayerWork work, String name, float[] scales, Tensor products) {
        float[] weight = work.weight(name);
        int columns = scales.length;
        float[] scaled = new float[weight.length];
        for (int i = 0; i < weight.length; i++) {
            scaled[i] = weight[i] * scales[i % columns];
        }
        float[] off = work.roundings().apply(name).searched().nearest(scaled, columns);
        for (int i = 0; i < weight.length; i++) {
            off[i] = off[i] / scales[i % columns] - weight[i];
        }
        try (var _ = Scope.open("error");
                var _ = Gradients.off()) {
            Tensor d = Tensors.of(off, weight.length / columns, columns);
            return d.matmul(products).mul(d).sum().item();
        }
    }

    /// @param scales that the columns have been multiplied with; null for none
    private static void clip(LayerWork work, Point point, float @Nullable [] scales) {
        float[] products = work.inputs().at(point).products().toFloats();
        for (String name : point.weights(work.layer())) {
            Rounding rounding = work.roundings().apply(name).searched();
            if (rounding.isQuantized() && !name.contains(".q_proj.") && !name.contains(".k_proj.")) {
                float[] weight = work.weight(name);
                int columns = work.columns(name);
                IntStream.range(0, weight.length / columns)
                        .parallel()
                        .forEach(row -> clipRow(weight, row * columns, columns, products, scales, rounding));
                work.set(name, weight);
            }
        }
    }

    private static void clipRow(
            float[] weight, int from, int columns, float[] products, float @Nullable [] scales, Rounding rounding) {
        int group = rounding.group(columns);
        for (int at = 0; at < columns; at += group) {
            float most = 0;
            for (int i = 0; i < group; i++) {
                most = Math.max(most, Math.abs(weight[from + at + i]));
            }
            float[] best = new float[0];
            double least = Double.POSITIVE_INFINITY;
            for (int step = 0; step < CLIPS; step++) {
                float limit = most * (1 - step / 20f);
                float[] clipped = new float[group];
                for (int i = 0; i < group; i++) {
                    clipped[i] = Math.clamp(weight[from + at + i], -limit, limit);
                }
                float[] off = rounding.nearest(clipped, group);
                for (int i = 0; i < group; i++) {
                    float back = scales == null ? 1 : scales[at + i];
                    off[i] = (off[i] - weight[from + at + i]) / back;
                }
                double error = 0;
                for (int i = 0; i < group; i++) {
                    float sum = 0;
                    for (int j = 0; j < group; j++) {
                        sum += products[(at + i) * columns + at + j] * off[j];
                    }
                    error += off[i] * (double) sum;
                }
                if (error < least) {
                    least = error;
                    best = clipped;
                }
            }
            System.arraycopy(best, 0, weight, from + at, best.length);
        }
    }
}
