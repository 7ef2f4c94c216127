package dev.mokha.language.folder;

import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.language.decoder.Experts;
import dev.mokha.language.decoder.Family;
import dev.mokha.language.decoder.LayerType;
import dev.mokha.language.decoder.SpecialIds;
import dev.mokha.language.packed.PackedLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/// Reads and writes `config.json`. Both spellings are read: that of folders published before transformers 5
/// (`rope_theta` and `rope_scaling` at the top, `torch_dtype`) and that of transformers 5 (`rope_parameters`,
/// `dtype`, `layer_types`). Both are written, so that either version opens the folder.
///
/// What would change the numbers and is not computed here is refused: other activations, partial rotation,
/// weights quantised in other ways than [PackedJson] knows. Unknown keys are kept.
public final class ConfigJson {
    /// Keys that are written from the record's fields, or that say something untrue of a folder written again.
    private static final Set<String> OURS = Set.of(
            "model_type",
            "architectures",
            "vocab_size",
            "hidden_size",
            "intermediate_size",
            "num_hidden_layers",
            "num_attention_heads",
            "num_key_value_heads",
            "head_dim",
            "max_position_embeddings",
            "hidden_act",
            "rms_norm_eps",
            "initializer_range",
            "rope_theta",
            "rope_scaling",
            "rope_parameters",
            "partial_rotary_factor",
            "tie_word_embeddings",
            "attention_bias",
            "mlp_bias",
            "attention_dropout",
            "use_sliding_window",
            "sliding_window",
            "max_window_layers",
            "layer_types",
            "bos_token_id",
            "eos_token_id",
            "pad_token_id",
            "dtype",
            "torch_dtype",
            "transformers_version",
            "_name_or_path",
            "auto_map",
            PackedJson.KEY);

    private ConfigJson() {}

    /// Reads the text of a `config.json`.
    ///
    /// @throws IllegalArgumentException when it is no JSON object, lacks a size, or asks for something that
    ///     is not computed here; the message names the key
    public static DecoderConfig read(String json) {
        JsonKeys keys = JsonKeys.parse(json, "config.json");
        Family family = Family.of(keys.string("model_type"));
        refuseWhatWouldDiffer(keys);
        int layers = keys.integer("num_hidden_layers");
        if (layers > 10_000) {
            throw new IllegalArgumentException("num_hidden_layers is " + layers + "; no such model exists");
        }
        int hidden = keys.integer("hidden_size");
        int heads = keys.integer("num_attention_heads");
        int maxPositions = keys.integer("max_position_embeddings", family == Family.LLAMA ? 2048 : 32_768);
        int headDim = keys.integer("head_dim", family == Family.QWEN3 ? 128 : heads > 0 ? hidden / heads : 0);
        boolean attentionBias = switch (family) {
            case LLAMA, QWEN3, QWEN3_MOE -> keys.flag("attention_bias", false);
            case MISTRAL, MIXTRAL, QWEN2, QWEN2_MOE -> false;
        };
        boolean slides = switch (family) {
            case LLAMA -> false;
            case MISTRAL, MIXTRAL -> true;
            case QWEN2, QWEN3, QWEN2_MOE, QWEN3_MOE -> keys.flag("use_sliding_window", false);
        };
        Integer usual = family == Family.MIXTRAL ? null : 4096;
        Integer window = slides ? keys.integerOrNull("sliding_window", usual) : null;
        var other = new TreeMap<>(keys.map());
        other.keySet().removeAll(OURS);
        other.keySet().removeAll(ExpertsJson.KEYS);
        other.values().removeIf(value -> value == null);
        return new DecoderConfig(
                family,
                keys.integer("vocab_size"),
                hidden,
                keys.integer("intermediate_size"),
                layers,
                heads,
                keys.integer("num_key_value_heads", family == Family.MISTRAL || family == Family.MIXTRAL ? 8 : heads),
                headDim,
                maxPositions,
                keys.number("rms_norm_eps", family == Family.MIXTRAL ? 1e-5 : 1e-6),
                keys.number("initializer_range", 0.02),
                RopeJson.read(keys, maxPositions),
                keys.flag("tie_word_embeddings", false),
                attentionBias,
                family == Family.LLAMA && keys.flag("mlp_bias", false),
                keys.number("attention_dropout", 0),
                window,
                layerTypes(keys, family, layers, window),
                new SpecialIds(
                        keys.integerOrNull("bos_token_id", null),
                        keys.integers("eos_token_id"),
                        keys.integerOrNull("pad_token_id", null)),
                other,
                family.mixture() ? ExpertsJson.read(keys, family) : null);
    }

    private static void refuseWhatWouldDiffer(JsonKeys keys) {
        String activation = keys.string("hidden_act", "silu");
        if (!activation.equals("silu")) {
            throw new IllegalArgumentException(
                    "hidden_act is '" + activation + "'; decoders of these families are computed with 'silu' only");
        }
        if (!keys.flag("qkv_bias", true)) {
            throw new IllegalArgumentException(
                    "qkv_bias is false; Qwen's mixture is computed with biases on query, key" + " and value only");
        }
        PackedJson.read(keys);
    }

    private static List<LayerType> layerTypes(JsonKeys keys, Family family, int layers, @Nullable Integer window) {
        List<String> named = keys.strings("layer_types");
        boolean byName = family == Family.QWEN2 || family == Family.QWEN3 || family == Family.QWEN2_MOE;
        if (!named.isEmpty() && byName) {
            return named.stream().map(LayerType::of).toList();
        }
        int limit = keys.integer("max_window_layers", 28);
        IntPredicate sliding = switch (family) {
            case LLAMA -> _ -> false;
            case MISTRAL, MIXTRAL, QWEN3_MOE -> _ -> true;
            case QWEN2, QWEN3 -> layer -> layer >= limit;
            case QWEN2_MOE -> layer -> layer % 2 == 0 && layer < limit;
        };
        var types = new ArrayList<LayerType>();
        for (int layer = 0; layer < layers; layer++) {
            boolean slides = window != null && sliding.test(layer);
            types.add(slides ? LayerType.SLIDING_ATTENTION : LayerType.FULL_ATTENTION);
        }
        return types;
    }

    /// {@return the text of a `config.json` for packed projections beside float16 weights}
    static String writePacked(DecoderConfig config, PackedLayout layout) {
        var keys = new TreeMap<>(keys(config, "float16"));
        keys.put(PackedJson.KEY, PackedJson.write(layout));
        return JsonKeys.text(keys);
    }

    /// {@return the text of a `config.json` for weights of this type}
    /// @param dtype as transformers names it: `float32`, `bfloat16` or `float16`
    public static String write(DecoderConfig config, String dtype) {
        return JsonKeys.text(keys(config, dtype));
    }

    /// {@return the text of a `config.json` for a reward model's weights of this type: a classifier of
    /// one label}
    static String writeReward(DecoderConfig config, String dtype) {
        Map<String, Object> map = keys(config, dtype);
        map.put("architectures", List.of(config.modelType().sequenceClassifier()));
        map.put("id2label", Map.of("0", "LABEL_0"));
        map.put("label2id", Map.of("LABEL_0", 0));
        return JsonKeys.text(map);
    }

    private static Map<String, Object> keys(DecoderConfig config, String dtype) {
        var map = new TreeMap<String, Object>(config.other());
        Family family = config.modelType();
        map.put("model_type", family.modelType());
        map.put("architectures", List.of(family.architecture()));
        map.put("vocab_size", config.vocabSize());
        map.put("hidden_size", config.hiddenSize());
        map.put("intermediate_size", config.intermediateSize());
        map.put("num_hidden_layers", config.numHiddenLayers());
        map.put("num_attention_heads", config.numAttentionHeads());
        map.put("num_key_value_heads", config.numKeyValueHeads());
        map.put("head_dim", config.headDim());
        map.put("max_position_embeddings", config.maxPositionEmbeddings());
        map.put("hidden_act", "silu");
        map.put("rms_norm_eps", config.rmsNormEps());
        map.put("initializer_range", config.initializerRange());
        map.put("tie_word_embeddings", config.tieWordEmbeddings());
        map.put("attention_dropout", config.attentionDropout());
        RopeJson.write(config.ropeParameters(), map);
        switch (family) {
            case LLAMA -> {
                map.put("attention_bias", config.attentionBias());
                map.put("mlp_bias", config.mlpBias());
            }
            case MISTRAL, MIXTRAL -> putOrNull(map, "sliding_window", config.slidingWindow());
            case QWEN2, QWEN2_MOE -> putWindows(config, map);
            case QWEN3_MOE -> {
                map.put("attention_bias", config.attentionBias());
                map.put("use_sliding_window", config.slidingWindow() != null);
                putOrNull(map, "sliding_window", config.slidingWindow());
            }
            case QWEN3 -> {
                map.put("attention_bias", config.attentionBias());
                putWindows(config, map);
            }
        }
        Experts experts = config.experts();
        if (experts != null) {
            ExpertsJson.write(experts, family, map);
        }
        SpecialIds special = config.special();
        putOrNull(map, "bos_token_id", special.bos());
        putOrNull(map, "pad_token_id", special.pad());
        List<Integer> eos = special.eos();
        putOrNull(map, "eos_token_id", JsonKeys.oneOrMany(eos));
        map.put("dtype", dtype);
        map.put("torch_dtype", dtype);
        return map;
    }

    private static void putWindows(DecoderConfig config, Map<String, Object> map) {
        List<LayerType> types = config.layerTypes();
        boolean slides = config.slidingWindow() != null;
        int first = types.indexOf(LayerType.SLIDING_ATTENTION);
        map.put("use_sliding_window", slides);
        putOrNull(map, "sliding_window", config.slidingWindow());
        map.put("max_window_layers", first < 0 ? types.size() : first);
        map.put("layer_types", types.stream().map(LayerType::configName).toList());
    }

    private static void putOrNull(Map<String, Object> map, String key, @Nullable Object value) {
        if (value == null) {
            map.remove(key);
        } else {
            map.put(key, value);
        }
    }
}
