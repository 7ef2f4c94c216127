package dev.mokha.language.gguf;

import dev.mokha.language.rotary.Rope;
import java.util.ArrayList;
import java.util.List;

/// Reads the rotary embedding from a file's keys, and from the factors of Llama 3, which are stored as a
/// tensor.
final class RopeReader {
    /// How far, relatively, two roundings of one frequency are apart.
    private static final double SAME = 1e-5;

    private static final double LOW = 1; // as in every published Llama 3
    private static final double HIGH = 4;

    private final GgufKeys keys;
    private final String prefix;

    /// @param arch such as `llama`
    RopeReader(GgufKeys keys, String arch) {
        this.keys = keys;
        this.prefix = arch + ".rope.";
    }

    /// @param factors what frequencies are divided by, `[headDim / 2]`; empty for none
    Rope read(int headDim, int context, float[] factors) {
        if (keys.size(prefix + "dimension_count", headDim) != headDim) {
            throw keys.wrong(prefix + "dimension_count", "whole heads of " + headDim + " are turned here");
        }
        double theta = keys.number(prefix + "freq_base", 10_000);
        Rope.Scaling scaling = scaling(context);
        if (factors.length == 0 || allOnes(factors)) {
            return new Rope(theta, scaling);
        }
        if (!(scaling instanceof Rope.Scaling.None)) {
            throw keys.wrong(prefix + "scaling.type", "with rope_freqs.weight beside it, which is not computed here");
        }
        return new Rope(theta, llama3(theta, headDim, factors));
    }

    private Rope.Scaling scaling(int context) {
        String type = keys.text(prefix + "scaling.type", "linear");
        double factor = keys.number(prefix + "scaling.factor", keys.number(prefix + "scale_linear", 0));
        if (type.equals("none") || factor == 0 || (factor == 1 && type.equals("linear"))) {
            return new Rope.Scaling.None();
        }
        return switch (type) {
            case "linear" -> new Rope.Scaling.Linear(factor);
            case "yarn" -> yarn(factor, context);
            default -> throw keys.wrong(prefix + "scaling.type", "none, linear and yarn are computed here");
        };
    }

    private Rope.Scaling yarn(double factor, int context) {
        for (String other : List.of("yarn_log_multiplier", "yarn_ext_factor", "yarn_attn_factor", "alpha")) {
            if (keys.number(prefix + "scaling." + other, 0) != 0) {
                throw keys.wrong(prefix + "scaling." + other, "yarn is computed here without it");
            }
        }
        double attention = keys.number(prefix + "scaling.attn_factor", 1);
        return new Rope.Scaling.Yarn(
                factor,
                keys.size(prefix + "scaling.original_context_length", context),
                keys.number(prefix + "scaling.yarn_beta_fast", 32),
                keys.number(prefix + "scaling.yarn_beta_slow", 1),
                attention == 1 ? null : attention * (0.1 * Math.log(factor) + 1),
                null,
                null,
                true);
    }

    private static boolean allOnes(float[] factors) {
        for (float factor : factors) {
            if (factor != 1) {
                return false;
            }
        }
        return true;
    }

    /// Finds the numbers that the factors were computed from. The largest factor is that of the longest
    /// waves; a factor between it and 1 tells the first training's context, and where there is none many
    /// contexts give the same.
    private Rope.Scaling llama3(double theta, int headDim, float[] factors) {
        float[] plain = Rope.plain(theta).frequencies(headDim);
        if (factors.length != plain.length) {
            throw new GgufException(
                    keys.path(),
                    "has " + factors.length + " factors in " + TensorNames.ROPE_FACTORS + ", for heads of " + headDim);
        }
        double largest = 1;
        for (float factor : factors) {
            largest = Math.max(largest, factor);
        }
        for (double factor : new double[] {GgufKeys.decimal((float) largest), 8, 32}) {
            for (int context : contexts(factor, factors, plain)) {
                if (factor >= 1 && Double.isFinite(factor)) {
                    var scaling = new Rope.Scaling.Llama3(factor, LOW, HIGH, context);
                    if (agrees(new Rope(theta, scaling).frequencies(headDim), plain, factors)) {
                        return scaling;
                    }
                }
            }
        }
        throw new GgufException(
                keys.path(),
                "has factors in " + TensorNames.ROPE_FACTORS + " that are not those of Llama 3; others are not"
                        + " computed here");
    }

    private static List<Integer> contexts(double factor, float[] factors, float[] plain) {
        var contexts = new ArrayList<Integer>();
        for (int i = 0; i < factors.length; i++) {
            if (factors[i] > 1 && factors[i] < factor * (1 - SAME)) {
                double smooth = (1 / (double) factors[i] - 1 / factor) / (1 - 1 / factor);
                double context = (smooth * (HIGH - LOW) + LOW) * 2 * Math.PI / plain[i];
                if (context >= 1 && context < Integer.MAX_VALUE) {
                    contexts.add((int) Math.rint(context));
                }
            }
        }
        contexts.add(8192);
        for (int context = 1; context > 0; context *= 2) {
            contexts.add(context);
        }
        return contexts;
    }

    private static boolean agrees(float[] scaled, float[] plain, float[] factors) {
        for (int i = 0; i < factors.length; i++) {
            double wanted = plain[i] / (double) factors[i];
            if (!(Math.abs(scaled[i] - wanted) <= SAME * wanted)) {
                return false;
            }
        }
        return true;
    }
}
