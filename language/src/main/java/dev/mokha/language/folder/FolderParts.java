package dev.mokha.language.folder;

import dev.mokha.language.decoder.SpecialIds;
import dev.mokha.text.tokenizer.Tokenizer;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a model folder holds beside the model.
///
/// @param generation how the model is meant to be sampled
/// @param tokenizer null for a folder without one
/// @param tokenizerConfig the keys of `tokenizer_config.json` without the chat template; what transformers needs is
///     added when it is written
/// @param chatTemplate Jinja text, or null
public record FolderParts(
        GenerationConfig generation,
        @Nullable Tokenizer tokenizer,
        Map<String, Object> tokenizerConfig,
        @Nullable String chatTemplate) {
    public FolderParts {
        tokenizerConfig = Collections.unmodifiableMap(new TreeMap<>(tokenizerConfig));
    }

    /// A model alone, without a tokenizer.
    public static FolderParts none(SpecialIds special) {
        return new FolderParts(GenerationConfig.of(special), null, Map.of(), null);
    }

    /// A model with its tokenizer.
    public static FolderParts of(Tokenizer tokenizer, SpecialIds special) {
        return new FolderParts(GenerationConfig.of(special), tokenizer, Map.of(), null);
    }

    /// {@return the same with another tokenizer, as after a vocabulary merge}
    public FolderParts withTokenizer(Tokenizer tokenizer) {
        return new FolderParts(generation, tokenizer, tokenizerConfig, chatTemplate);
    }

    /// {@return the same with a chat template}
    public FolderParts withChatTemplate(String jinja) {
        return new FolderParts(generation, tokenizer, tokenizerConfig, jinja);
    }

    /// {@return the same, meant to be sampled another way}
    public FolderParts withGeneration(GenerationConfig generation) {
        return new FolderParts(generation, tokenizer, tokenizerConfig, chatTemplate);
    }

    /// The keys of `tokenizer_config.json`: those there are, and those without which transformers would not
    /// know the special tokens.
    Map<String, Object> completeTokenizerConfig(int maxPositions) {
        var map = new TreeMap<>(tokenizerConfig);
        map.putIfAbsent("tokenizer_class", "PreTrainedTokenizerFast");
        map.putIfAbsent("model_max_length", maxPositions);
        map.putIfAbsent("clean_up_tokenization_spaces", false);
        SpecialIds special = generation.special();
        putToken(map, "bos_token", special.bos());
        putToken(
                map, "eos_token", special.eos().isEmpty() ? null : special.eos().getFirst());
        putToken(map, "pad_token", special.pad());
        if (chatTemplate != null) {
            map.put("chat_template", chatTemplate);
        }
        return map;
    }

    private void putToken(Map<String, Object> map, String key, @Nullable Integer id) {
        if (id != null && tokenizer != null) {
            String token = tokenizer.token(id);
            if (token != null) {
                map.putIfAbsent(key, token);
            }
        }
    }
}
