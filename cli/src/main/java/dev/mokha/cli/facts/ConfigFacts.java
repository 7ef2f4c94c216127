package dev.mokha.cli.facts;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What `config.json` says about the sizes of a transformer, whichever family it is of.
///
/// @param json the object of the file
public record ConfigFacts(ObjectNode json) {
    /// {@return the class that transformers would load, or the model's type}
    public String architecture() {
        JsonNode first = json.path("architectures").path(0);
        return first.isString() ? first.stringValue() : text("model_type");
    }

    /// {@return the elements that the key-value cache takes a token: keys and values of each layer; 0 when unknown}
    public long cacheElementsPerToken() {
        long heads = number("num_attention_heads");
        if (heads == 0 || !architecture().endsWith("ForCausalLM")) {
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
