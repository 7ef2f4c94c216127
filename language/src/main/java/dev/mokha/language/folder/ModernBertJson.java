package dev.mokha.language.folder;

import dev.mokha.language.encoder.ModernBertConfig;
import dev.mokha.language.encoder.ModernBertConfig.Pooling;
import dev.mokha.nn.Activation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The keys of a ModernBERT's `config.json`, in both spellings: that of transformers 5 (`layer_types`,
/// `rope_parameters` for each type) and that of folders published before (`global_attn_every_n_layers`,
/// `global_rope_theta`, `local_rope_theta`). Both are written.
final class ModernBertJson {
    static final Set<String> KEYS = Set.of(
            "vocab_size",
            "hidden_size",
            "intermediate_size",
            "num_hidden_layers",
            "num_attention_heads",
            "hidden_activation",
            "max_position_embeddings",
            "initializer_range",
            "norm_eps",
            "norm_bias",
            "pad_token_id",
            "global_rope_theta",
            "local_rope_theta",
            "rope_parameters",
            "rope_scaling",
            "layer_types",
            "global_attn_every_n_layers",
            "local_attention",
            "attention_bias",
            "attention_dropout",
            "embedding_dropout",
            "mlp_bias",
            "mlp_dropout",
            "decoder_bias",
            "classifier_pooling",
            "classifier_dropout",
            "classifier_bias",
            "classifier_activation",
            "tie_word_embeddings");

    private static final String FULL = "full_attention";
    private static final String SLIDING = "sliding_attention";

    private ModernBertJson() {}

    static ModernBertConfig read(JsonKeys keys, Map<String, Object> other) {
        int layers = keys.integer("num_hidden_layers", 22);
        if (layers > 10_000) {
            throw new IllegalArgumentException("num_hidden_layers is " + layers + "; no such model exists");
        }
        return new ModernBertConfig(
                keys.integer("vocab_size"),
                keys.integer("hidden_size", 768),
                keys.integer("intermediate_size", 1152),
                layers,
                keys.integer("num_attention_heads", 12),
                Activation.named(keys.string("hidden_activation", "gelu")),
                keys.integer("max_position_embeddings", 8192),
                keys.number("initializer_range", 0.02),
                keys.number("norm_eps", 1e-5),
                keys.flag("norm_bias", false),
                keys.integer("pad_token_id", 50_283),
                theta(keys, FULL, keys.number("global_rope_theta", 160_000)),
                theta(keys, SLIDING, keys.number("local_rope_theta", 10_000)),
                every(keys, layers),
                keys.integer("local_attention", 128),
                keys.flag("attention_bias", false),
                keys.number("attention_dropout", 0),
                keys.number("embedding_dropout", 0),
                keys.flag("mlp_bias", false),
                keys.number("mlp_dropout", 0),
                keys.flag("decoder_bias", true),
                pooling(keys.string("classifier_pooling", "cls")),
                keys.number("classifier_dropout", 0),
                keys.flag("classifier_bias", false),
                Activation.named(keys.string("classifier_activation", "gelu")),
                keys.flag("tie_word_embeddings", true),
                other);
    }

    /// @param old what the old spelling says
    private static double theta(JsonKeys keys, String type, double old) {
        @Nullable JsonKeys all = keys.object("rope_parameters");
        @Nullable JsonKeys rope = all == null ? null : all.object(type);
        if (keys.has("rope_scaling")
                || (rope != null && !rope.string("rope_type", "default").equals("default"))) {
            throw new IllegalArgumentException("the rotary embedding of " + type
                    + " is scaled (rope_scaling or rope_type); only unscaled ones are computed for ModernBERT");
        }
        return rope == null ? old : rope.number("rope_theta", old);
    }

    /// The layers that see everything are the multiples of one number, in every published folder.
    private static int every(JsonKeys keys, int layers) {
        List<String> types = keys.strings("layer_types");
        if (types.isEmpty()) {
            return keys.integer("global_attn_every_n_layers", 3);
        }
        int second = types.subList(1, types.size()).indexOf(FULL);
        int every = second < 0 ? Math.max(1, layers) : second + 1;
        if (!types.equals(types(layers, every))) {
            throw new IllegalArgumentException("layer_types is " + types + "; only '" + FULL
                    + "' in the first layer and then every n layers, '" + SLIDING
                    + "' in between, is computed, for all "
                    + layers + " layers");
        }
        return every;
    }

    private static List<String> types(int layers, int every) {
        var types = new ArrayList<String>();
        for (int i = 0; i < layers; i++) {
            types.add(i % every == 0 ? FULL : SLIDING);
        }
        return types;
    }

    private static Pooling pooling(String name) {
        return switch (name) {
            case "cls" -> Pooling.CLS;
            case "mean" -> Pooling.MEAN;
            default -> throw new IllegalArgumentException("classifier_pooling is '" + name + "'; it is cls or mean");
        };
    }

    static void put(ModernBertConfig config, Map<String, Object> map) {
        map.put("vocab_size", config.vocabSize());
        map.put("hidden_size", config.hiddenSize());
        map.put("intermediate_size", config.intermediateSize());
        map.put("num_hidden_layers", config.numHiddenLayers());
        map.put("num_attention_heads", config.numAttentionHeads());
        map.put("hidden_activation", config.hiddenActivation().configName());
        map.put("max_position_embeddings", config.maxPositionEmbeddings());
        map.put("initializer_range", config.initializerRange());
        map.put("norm_eps", config.normEps());
        map.put("norm_bias", config.normBias());
        map.put("pad_token_id", config.padTokenId());
        map.put("global_rope_theta", config.globalRopeTheta());
        map.put("local_rope_theta", config.localRopeTheta());
        map.put(
                "rope_parameters",
                Map.of(FULL, rope(config.globalRopeTheta()), SLIDING, rope(config.localRopeTheta())));
        map.put("global_attn_every_n_layers", config.globalAttnEveryNLayers());
        map.put("layer_types", types(config.numHiddenLayers(), config.globalAttnEveryNLayers()));
        map.put("local_attention", config.localAttention());
        map.put("attention_bias", config.attentionBias());
        map.put("attention_dropout", config.attentionDropout());
        map.put("embedding_dropout", config.embeddingDropout());
        map.put("mlp_bias", config.mlpBias());
        map.put("mlp_dropout", config.mlpDropout());
        map.put("decoder_bias", config.decoderBias());
        map.put("classifier_pooling", config.classifierPooling().name().toLowerCase(Locale.ROOT));
        map.put("classifier_dropout", config.classifierDropout());
        map.put("classifier_bias", config.classifierBias());
        map.put("classifier_activation", config.classifierActivation().configName());
        map.put("tie_word_embeddings", config.tieWordEmbeddings());
    }

    private static Map<String, Object> rope(double theta) {
        return Map.of("rope_type", "default", "rope_theta", theta);
    }
}
