package dev.mokha.language.folder;

import dev.mokha.language.encoder.ModernBertConfig;
import java.util.Map;
import java.util.Set;

/// The keys of a ModernBERT's `config.json`.
final class ModernBertJson {
    static final Set<String> KEYS = Set.of("vocab_size");

    private ModernBertJson() {}

    static ModernBertConfig read(JsonKeys keys, Map<String, Object> other) {
        keys.integer("vocab_size");
        other.clear();
        throw new IllegalArgumentException("model_type 'modernbert' comes with the next commit");
    }

    static void put(ModernBertConfig config, Map<String, Object> map) {
        map.put("vocab_size", config.vocabSize());
    }
}
