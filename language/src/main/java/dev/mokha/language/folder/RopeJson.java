package dev.mokha.language.folder;

import dev.mokha.language.rotary.Rope;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The rotary part of `config.json`, in both spellings.
final class RopeJson {
    private RopeJson() {}

    /// @param maxPositions stands in for `original_max_position_embeddings` where a scaling lacks it
    static Rope read(JsonKeys config, int maxPositions) {
        @Nullable JsonKeys old = config.object("rope_scaling");
        @Nullable JsonKeys rope = old != null ? old : config.object("rope_parameters");
        double topTheta = config.number("rope_theta", 10_000);
        double topPartial = config.number("partial_rotary_factor", 1);
        if (rope == null) {
            return requireWhole(Rope.plain(topTheta), topPartial);
        }
        if (rope.has("full_attention") || rope.has("sliding_attention")) {
            throw new IllegalArgumentException(
                    "rope_parameters differ by layer type in config.json; one rotary embedding for all layers is"
                            + " computed here");
        }
        String type = rope.string("rope_type", rope.string("type", "default"));
        int original = rope.integer(
                "original_max_position_embeddings", config.integer("original_max_position_embeddings", maxPositions));
        Rope.Scaling scaling = switch (type) {
            case "default" -> new Rope.Scaling.None();
            case "linear" -> new Rope.Scaling.Linear(rope.number("factor"));
            case "dynamic" -> new Rope.Scaling.Dynamic(rope.number("factor"));
            case "llama3" ->
                new Rope.Scaling.Llama3(
                        rope.number("factor"),
                        rope.number("low_freq_factor"),
                        rope.number("high_freq_factor"),
                        original);
            case "yarn" ->
                new Rope.Scaling.Yarn(
                        rope.number("factor", (double) maxPositions / original),
                        original,
                        rope.number("beta_fast", 32),
                        rope.number("beta_slow", 1),
                        rope.numberOrNull("attention_factor"),
                        rope.numberOrNull("mscale"),
                        rope.numberOrNull("mscale_all_dim"),
                        rope.flag("truncate", true));
            default ->
                throw new IllegalArgumentException("rope_type '" + type
                        + "' is not computed here; supported are default, linear, dynamic, llama3, yarn");
        };
        double theta = rope.number("rope_theta", topTheta);
        return requireWhole(new Rope(theta, scaling), rope.number("partial_rotary_factor", topPartial));
    }

    private static Rope requireWhole(Rope rope, double partialRotaryFactor) {
        if (partialRotaryFactor != 1) {
            throw new IllegalArgumentException("partial_rotary_factor is " + partialRotaryFactor
                    + "; these families turn whole heads (1.0), and nothing else is computed here");
        }
        return rope;
    }

    static void write(Rope rope, Map<String, Object> config) {
        var parameters = new LinkedHashMap<String, Object>();
        switch (rope.scaling()) {
            case Rope.Scaling.None _ -> parameters.put("rope_type", "default");
            case Rope.Scaling.Linear(double factor) -> {
                parameters.put("rope_type", "linear");
                parameters.put("factor", factor);
            }
            case Rope.Scaling.Dynamic(double factor) -> {
                parameters.put("rope_type", "dynamic");
                parameters.put("factor", factor);
            }
            case Rope.Scaling.Llama3(double factor, double low, double high, int original) -> {
                parameters.put("rope_type", "llama3");
                parameters.put("factor", factor);
                parameters.put("low_freq_factor", low);
                parameters.put("high_freq_factor", high);
                parameters.put("original_max_position_embeddings", original);
            }
            case Rope.Scaling.Yarn yarn -> {
                parameters.put("rope_type", "yarn");
                parameters.put("factor", yarn.factor());
                parameters.put("original_max_position_embeddings", yarn.originalMaxPositionEmbeddings());
                parameters.put("beta_fast", yarn.betaFast());
                parameters.put("beta_slow", yarn.betaSlow());
                putUnlessNull(parameters, "attention_factor", yarn.attentionFactor());
                putUnlessNull(parameters, "mscale", yarn.mscale());
                putUnlessNull(parameters, "mscale_all_dim", yarn.mscaleAllDim());
                parameters.put("truncate", yarn.truncate());
            }
        }
        config.put("rope_theta", rope.theta());
        if (!(rope.scaling() instanceof Rope.Scaling.None)) {
            config.put("rope_scaling", new LinkedHashMap<>(parameters));
        }
        parameters.put("rope_theta", rope.theta());
        config.put("rope_parameters", parameters);
    }

    private static void putUnlessNull(Map<String, Object> map, String key, @Nullable Object value) {
        if (value != null) {
            map.put(key, value);
        }
    }
}
