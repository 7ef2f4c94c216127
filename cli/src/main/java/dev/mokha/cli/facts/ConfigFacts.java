package dev.mokha.cli.facts;

import dev.mokha.language.gguf.GgufFile;
import dev.mokha.language.gguf.GgufTensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What `config.json`, or the metadata of a GGUF file, says about the sizes of a transformer, whichever
/// family it is of.
///
/// @param json the object of the file
public record ConfigFacts(ObjectNode json) {
    private static final Set<String> KNOWN =
            Set.of("llama", "mistral", "qwen2", "qwen3", "mixtral", "qwen2_moe", "qwen3_moe");

    /// The names that `config.json` has for what a GGUF file says of its architecture.
    private static final Map<String, String> KEYS = Map.of(
            "block_count", "num_hidden_layers",
            "embedding_length", "hidden_size",
            "feed_forward_length", "intermediate_size",
            "attention.head_count", "num_attention_heads",
            "attention.head_count_kv", "num_key_value_heads",
            "attention.key_length", "head_dim",
            "context_length", "max_position_embeddings");

    /// Takes what the metadata of a GGUF file says.
    static ConfigFacts of(GgufFile file) {
        var json = JsonNodeFactory.instance.objectNode();
        if (file.metadata().get("general.architecture") instanceof String architecture) {
            json.put("model_type", architecture);
            KEYS.forEach((key, name) -> {
                if (file.metadata().get(architecture + "." + key) instanceof Long number) {
                    json.put(name, number);
                }
            });
        }
        GgufTensor table = file.tensors().get("token_embd.weight");
        if (table != null) {
            json.put("vocab_size", table.shape().getFirst());
        }
        return new ConfigFacts(json);
    }

    /// {@return the class that transformers would load, or the model's type}
    public String architecture() {
        JsonNode first = json.path("architectures").path(0);
        return first.isString() ? first.stringValue() : text("model_type");
    }

    /// {@return the elements that the key-value cache takes a token: keys and values of each layer; 0
    /// when unknown}
    public long cacheElementsPerToken() {
        long heads = number("num_attention_heads");
        boolean decoder =
                json.has("architectures") ? architecture().endsWith("ForCausalLM") : KNOWN.contains(text("model_type"));
        if (heads == 0 || !decoder) {
            return 0;
        }
        long kept = json.path("num_key_value_heads").isNumber() ? number("num_key_value_heads") : heads;
        long headDim = json.path("head_dim").isNumber() ? number("head_dim") : number("hidden_size") / heads;
        return 2 * number("num_hidden_layers") * kept * headDim;
    }

    /// {@return the sizes that are there, named for people}
    public Map<String, String> sizes() {
        var sizes = new LinkedHashMap<String, String>();
        put(sizes, "layers", "num_hidden_layers");
        put(sizes, "hidden", "hidden_size");
        put(sizes, "feed-forward", "intermediate_size");
        put(sizes, "experts", "num_local_experts");
        put(sizes, "experts", "num_experts");
        put(sizes, "experts a token", "num_experts_per_tok");
        put(sizes, "expert's feed-forward", "moe_intermediate_size");
        put(sizes, "heads", "num_attention_heads");
        put(sizes, "key-value heads", "num_key_value_heads");
        put(sizes, "vocabulary", "vocab_size");
        put(sizes, "context", "max_position_embeddings");
        return sizes;
    }

    private void put(Map<String, String> sizes, String name, String key) {
        if (json.path(key).isNumber()) {
            sizes.put(name, Sizes.count(number(key)));
        }
    }

    private long number(String key) {
        return json.path(key).asLong(0);
    }

    private String text(String key) {
        return json.path(key).asString("unknown");
    }
}
