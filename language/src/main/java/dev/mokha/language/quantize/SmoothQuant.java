package dev.mokha.language.quantize;

import dev.mokha.language.quantize.LayerInputs.Point;
import java.util.List;

/// Moves large numbers from activations into weights, [Xiao et al. 2023](https://arxiv.org/abs/2211.10438),
/// §4: input `j` is divided by `sⱼ = max|Xⱼ|^α / max|Wⱼ|^(1 − α)` and column `j` multiplied with it, so that
/// both fit 8-bit integers. The divisions become part of the norms before queries, keys and values and before
/// the feed-forward block.
///
/// @param alpha how much of the difficulty goes to the weights; 0.5 in the paper
public record SmoothQuant(double alpha) implements Method {
    private static final double LEAST = 1e-5;

    public SmoothQuant {
        if (!(alpha >= 0 && alpha <= 1)) {
            throw new IllegalArgumentException("alpha lies between 0 and 1, not " + alpha);
        }
    }

    /// Half to each.
    public static SmoothQuant usual() {
        return new SmoothQuant(0.5);
    }

    @Override
    public void layer(LayerWork work) {
        smooth(work, Point.ATTENTION, "input_layernorm.weight");
        smooth(work, Point.FEED_FORWARD, "post_attention_layernorm.weight");
    }

    private void smooth(LayerWork work, Point point, String norm) {
        List<String> weights = point.weights(work.layer());
        float[] inputs = work.inputs().at(point).largestSizes();
        float[] largest = new float[inputs.length];
        for (String name : weights) {
            float[] numbers = work.weight(name);
            for (int i = 0; i < numbers.length; i++) {
                int column = i % largest.length;
                largest[column] = Math.max(largest[column], Math.abs(numbers[i]));
            }
        }
        float[] scales = new float[inputs.length];
        for (int j = 0; j < scales.length; j++) {
            double up = Math.pow(Math.max(inputs[j], LEAST), alpha);
            scales[j] = (float) Math.max(up / Math.pow(Math.max(largest[j], LEAST), 1 - alpha), LEAST);
        }
        work.fold(scales, work.name(norm), null, weights);
    }
}
