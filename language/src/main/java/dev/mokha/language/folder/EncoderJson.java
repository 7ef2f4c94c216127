package dev.mokha.language.folder;

import dev.mokha.language.encoder.BertConfig;
import dev.mokha.language.encoder.BertFamily;
import dev.mokha.language.encoder.EncoderConfig;
import dev.mokha.language.encoder.Labels;
import dev.mokha.language.encoder.ModernBertConfig;
import dev.mokha.language.encoder.Problem;
import dev.mokha.nn.Activation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Reads and writes the `config.json` of encoders. Unknown keys are kept; what would change the numbers and is not
/// computed here is refused.
public final class EncoderJson {
    /// Keys that say something untrue of a folder written again.
    private static final Set<String> DROPPED = Set.of(
            "model_type",
            "architectures",
            "dtype",
            "torch_dtype",
            "transformers_version",
            "_name_or_path",
            "auto_map",
            "id2label",
            "label2id",
            "problem_type",
            "num_labels");

    private EncoderJson() {}

    /// What a `config.json` says.
    ///
    /// @param config the encoder's shape
    /// @param architecture the class that transformers opens it with; null when it does not say
    /// @param labels the classes of its head, where it names some
    public record Content(
            EncoderConfig config,
            @Nullable String architecture,
            @Nullable Labels labels) {}

    /// {@return whether this `model_type` is one of an encoder that Mokha computes}
    public static boolean knows(String modelType) {
        return modelType.equals("modernbert") || BertFamily.of(modelType).isPresent();
    }

    /// Reads the text of a `config.json`.
    ///
    /// @throws IllegalArgumentException when it is no JSON object, lacks a size, or asks for something that is not
    ///     computed here; the message names the key
    public static Content read(String json) {
        JsonKeys keys = JsonKeys.parse(json, "config.json");
        String type = keys.string("model_type");
        EncoderConfig config;
        if (type.equals("modernbert")) {
            config = ModernBertJson.read(keys, other(keys, ModernBertJson.KEYS));
        } else {
            BertFamily family = BertFamily.of(type)
                    .orElseThrow(() -> new IllegalArgumentException("model_type '" + type
                            + "' is not an encoder that Mokha computes; supported are bert, roberta, distilbert,"
                            + " electra, modernbert"));
            config = family == BertFamily.DISTILBERT ? distilBert(keys) : bert(family, keys);
        }
        List<String> architectures = keys.strings("architectures");
        return new Content(config, architectures.isEmpty() ? null : architectures.getFirst(), labels(keys));
    }

    /// Reads the text of the `bert_config.json` of google-research/bert. Its `gelu` is the tanh approximation.
    ///
    /// @throws IllegalArgumentException when it is no JSON object, lacks a size, or asks for something that is not
    ///     computed here; the message names the key
    public static BertConfig readOfficial(String json) {
        JsonKeys parsed = JsonKeys.parse(json, "bert_config.json");
        var keys = new TreeMap<>(parsed.map());
        if ("gelu".equals(keys.get("hidden_act"))) {
            keys.put("hidden_act", "gelu_new");
        }
        keys.putIfAbsent("type_vocab_size", 16); // the official default
        return bert(BertFamily.BERT, JsonKeys.parse(JsonKeys.text(keys), "bert_config.json"));
    }

    private static BertConfig bert(BertFamily family, JsonKeys keys) {
        String positions = keys.string("position_embedding_type", "absolute");
        if (!positions.equals("absolute")) {
            throw new IllegalArgumentException(
                    "position_embedding_type is '" + positions + "'; only 'absolute' is computed");
        }
        int hidden = keys.integer("hidden_size", 768);
        if (family == BertFamily.ELECTRA && keys.integer("embedding_size", 128) != hidden) {
            throw new IllegalArgumentException("embedding_size is " + keys.integer("embedding_size", 128)
                    + "; only embeddings as wide as the layers (" + hidden + ") are computed");
        }
        if (keys.flag("is_decoder", false)) {
            throw new IllegalArgumentException("is_decoder is true; this folder is a decoder, not an encoder");
        }
        return new BertConfig(
                family,
                keys.integer("vocab_size"),
                hidden,
                keys.integer("num_hidden_layers", 12),
                keys.integer("num_attention_heads", 12),
                keys.integer("intermediate_size", 3072),
                Activation.named(keys.string("hidden_act", "gelu")),
                keys.number("hidden_dropout_prob", 0.1),
                keys.number("attention_probs_dropout_prob", 0.1),
                keys.integer("max_position_embeddings", 512),
                keys.integer("type_vocab_size", 2),
                keys.number("initializer_range", 0.02),
                keys.number("layer_norm_eps", 1e-12),
                keys.integer("pad_token_id", family == BertFamily.ROBERTA ? 1 : 0),
                keys.flag("tie_word_embeddings", true),
                keys.numberOrNull("classifier_dropout"),
                other(
                        keys,
                        Set.of(
                                "vocab_size",
                                "hidden_size",
                                "num_hidden_layers",
                                "num_attention_heads",
                                "intermediate_size",
                                "hidden_act",
                                "hidden_dropout_prob",
                                "attention_probs_dropout_prob",
                                "max_position_embeddings",
                                "type_vocab_size",
                                "initializer_range",
                                "layer_norm_eps",
                                "pad_token_id",
                                "tie_word_embeddings",
                                "classifier_dropout",
                                "embedding_size",
                                "position_embedding_type")));
    }

    private static BertConfig distilBert(JsonKeys keys) {
        return new BertConfig(
                BertFamily.DISTILBERT,
                keys.integer("vocab_size"),
                keys.integer("dim", 768),
                keys.integer("n_layers", 6),
                keys.integer("n_heads", 12),
                keys.integer("hidden_dim", 3072),
                Activation.named(keys.string("activation", "gelu")),
                keys.number("dropout", 0.1),
                keys.number("attention_dropout", 0.1),
                keys.integer("max_position_embeddings", 512),
                0,
                keys.number("initializer_range", 0.02),
                1e-12,
                keys.integer("pad_token_id", 0),
                keys.flag("tie_word_embeddings", true),
                keys.number("seq_classif_dropout", 0.2),
                other(
                        keys,
                        Set.of(
                                "vocab_size",
                                "dim",
                                "n_layers",
                                "n_heads",
                                "hidden_dim",
                                "activation",
                                "dropout",
                                "attention_dropout",
                                "max_position_embeddings",
                                "initializer_range",
                                "pad_token_id",
                                "tie_word_embeddings",
                                "seq_classif_dropout")));
    }

    private static @Nullable Labels labels(JsonKeys keys) {
        JsonKeys named = keys.object("id2label");
        if (named == null) {
            return null;
        }
        Map<String, Object> byId = named.map();
        var names = new ArrayList<String>();
        for (int i = 0; i < byId.size(); i++) {
            Object name = byId.get(Integer.toString(i));
            if (name == null) {
                throw new IllegalArgumentException("id2label has " + byId.size() + " entries, but none for " + i);
            }
            names.add(name.toString());
        }
        Problem problem = keys.map().get("problem_type") instanceof String type
                ? Problem.of(type)
                : names.size() == 1 ? Problem.REGRESSION : Problem.SINGLE_LABEL;
        return new Labels(names, problem);
    }

    private static Map<String, Object> other(JsonKeys keys, Set<String> ours) {
        var other = new TreeMap<>(keys.map());
        other.keySet().removeAll(ours);
        other.keySet().removeAll(DROPPED);
        other.values().removeIf(value -> value == null);
        return other;
    }

    /// {@return the text of a `config.json` for float32 weights}
    /// @param architecture the class that transformers opens it with
    /// @param labels the classes of its head, or null
    public static String write(EncoderConfig config, String architecture, @Nullable Labels labels, String dtype) {
        var map = new TreeMap<String, Object>(config.other());
        map.put("model_type", config.modelType());
        map.put("architectures", List.of(architecture));
        switch (config) {
            case BertConfig bert -> {
                if (bert.family() == BertFamily.DISTILBERT) {
                    putDistilBert(bert, map);
                } else {
                    putBert(bert, map);
                }
            }
            case ModernBertConfig modern -> ModernBertJson.put(modern, map);
        }
        if (labels != null) {
            putLabels(labels, map);
        }
        map.put("dtype", dtype);
        map.put("torch_dtype", dtype);
        return JsonKeys.text(map);
    }

    private static void putBert(BertConfig config, Map<String, Object> map) {
        map.put("vocab_size", config.vocabSize());
        map.put("hidden_size", config.hiddenSize());
        map.put("num_hidden_layers", config.numHiddenLayers());
        map.put("num_attention_heads", config.numAttentionHeads());
        map.put("intermediate_size", config.intermediateSize());
        map.put("hidden_act", activation(config.hiddenAct()));
        map.put("hidden_dropout_prob", config.hiddenDropoutProb());
        map.put("attention_probs_dropout_prob", config.attentionProbsDropoutProb());
        map.put("max_position_embeddings", config.maxPositionEmbeddings());
        map.put("type_vocab_size", config.typeVocabSize());
        map.put("initializer_range", config.initializerRange());
        map.put("layer_norm_eps", config.layerNormEps());
        map.put("pad_token_id", config.padTokenId());
        map.put("tie_word_embeddings", config.tieWordEmbeddings());
        if (config.classifierDropout() != null) {
            map.put("classifier_dropout", config.classifierDropout());
        }
        if (config.family() == BertFamily.ELECTRA) {
            map.put("embedding_size", config.hiddenSize());
        }
    }

    private static void putDistilBert(BertConfig config, Map<String, Object> map) {
        map.put("vocab_size", config.vocabSize());
        map.put("dim", config.hiddenSize());
        map.put("n_layers", config.numHiddenLayers());
        map.put("n_heads", config.numAttentionHeads());
        map.put("hidden_dim", config.intermediateSize());
        map.put("activation", activation(config.hiddenAct()));
        map.put("dropout", config.hiddenDropoutProb());
        map.put("attention_dropout", config.attentionProbsDropoutProb());
        map.put("max_position_embeddings", config.maxPositionEmbeddings());
        map.put("initializer_range", config.initializerRange());
        map.put("pad_token_id", config.padTokenId());
        map.put("tie_word_embeddings", config.tieWordEmbeddings());
        map.put("seq_classif_dropout", config.headDropout());
    }

    static String activation(Activation activation) {
        return activation == Activation.GELU_TANH ? "gelu_new" : activation.configName();
    }

    private static void putLabels(Labels labels, Map<String, Object> map) {
        var byId = new TreeMap<String, Object>();
        var byName = new TreeMap<String, Object>();
        for (int i = 0; i < labels.count(); i++) {
            byId.put(Integer.toString(i), labels.names().get(i));
            byName.put(labels.names().get(i), i);
        }
        map.put("id2label", byId);
        map.put("label2id", byName);
        map.put("problem_type", labels.problem().configName().toLowerCase(Locale.ROOT));
    }
}
