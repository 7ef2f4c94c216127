package dev.mokha.language.folder;

import dev.mokha.language.encoder.EncoderConfig;
import dev.mokha.language.encoder.Labels;
import dev.mokha.text.tokenizer.Tokenizer;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What an encoder's folder holds beside the model.
///
/// @param labels the classes of its head; null for those that the model itself knows
/// @param tokenizer null for a folder without one
/// @param tokenizerConfig the keys of `tokenizer_config.json`; what transformers needs is added when it is written
/// @param config what `config.json` says where that differs from the model, such as the dropout of a fine-tuning when
///     the pretraining had none; null for the model's own
public record EncoderParts(
        @Nullable Labels labels,
        @Nullable Tokenizer tokenizer,
        Map<String, Object> tokenizerConfig,
        @Nullable EncoderConfig config) {
    /// How the two traditions spell the tokens that have a role.
    private static final Map<String, List<String>> ROLES = Map.of(
            "pad_token", List.of("[PAD]", "<pad>"),
            "unk_token", List.of("[UNK]", "<unk>"),
            "cls_token", List.of("[CLS]", "<s>"),
            "sep_token", List.of("[SEP]", "</s>"),
            "mask_token", List.of("[MASK]", "<mask>"));

    public EncoderParts {
        tokenizerConfig = Collections.unmodifiableMap(new TreeMap<>(tokenizerConfig));
    }

    /// A model alone.
    public static EncoderParts none() {
        return new EncoderParts(null, null, Map.of(), null);
    }

    /// A model without labels, with its tokenizer.
    public static EncoderParts of(Tokenizer tokenizer) {
        return new EncoderParts(null, tokenizer, Map.of(), null);
    }

    /// {@return the same with the classes of a head}
    public EncoderParts withLabels(@Nullable Labels labels) {
        return new EncoderParts(labels, tokenizer, tokenizerConfig, config);
    }

    /// {@return the same with another `config.json`}
    public EncoderParts withConfig(EncoderConfig config) {
        return new EncoderParts(labels, tokenizer, tokenizerConfig, config);
    }

    /// The keys of `tokenizer_config.json`: those there are, and those without which transformers would not know the
    /// special tokens, or would hand the model an argument that it does not take.
    Map<String, Object> completeTokenizerConfig(EncoderConfig config) {
        var map = new TreeMap<>(tokenizerConfig);
        map.putIfAbsent("tokenizer_class", "PreTrainedTokenizerFast");
        map.putIfAbsent("model_max_length", config.maxLength());
        map.putIfAbsent("clean_up_tokenization_spaces", false);
        // transformers 5 leaves out segments unless it is told, and would read both texts of a pair as one.
        map.putIfAbsent(
                "model_input_names",
                config.typeVocabSize() < 2
                        ? List.of("input_ids", "attention_mask")
                        : List.of("input_ids", "token_type_ids", "attention_mask"));
        if (tokenizer != null) {
            Map<String, Integer> pieces = tokenizer.vocab();
            ROLES.forEach((role, spellings) -> spellings.stream()
                    .filter(pieces::containsKey)
                    .findFirst()
                    .ifPresent(piece -> map.putIfAbsent(role, piece)));
        }
        return map;
    }
}
