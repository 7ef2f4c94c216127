package dev.mokha.language.folder;

import dev.mokha.language.decoder.SpecialIds;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// How the makers of a model mean it to be sampled: `generation_config.json`. What is null is not said there.
///
/// @param special the ids that begin, end and fill up; the ends here win over those of `config.json`, as
///     instruction models often list more of them here
/// @param doSample whether the next token is drawn; else it is the likeliest
/// @param temperature divides the logits
/// @param topK how many of the likeliest tokens can be drawn
/// @param topP the probability that the likeliest tokens together reach, the rest being cut
/// @param minP the share of the likeliest token's probability below which a token is cut
/// @param repetitionPenalty divides the logits of tokens seen before
/// @param maxNewTokens the length of an answer
/// @param other further keys, kept for writing it again
public record GenerationConfig(
        SpecialIds special,
        boolean doSample,
        @Nullable Double temperature,
        @Nullable Integer topK,
        @Nullable Double topP,
        @Nullable Double minP,
        @Nullable Double repetitionPenalty,
        @Nullable Integer maxNewTokens,
        Map<String, Object> other) {
    public GenerationConfig {
        other = Collections.unmodifiableMap(new TreeMap<>(other));
    }

    /// Greedy, with these special ids.
    public static GenerationConfig of(SpecialIds special) {
        return new GenerationConfig(special, false, null, null, null, null, null, null, Map.of());
    }

    /// {@return the same with other special ids}
    public GenerationConfig withSpecial(SpecialIds special) {
        return new GenerationConfig(
                special, doSample, temperature, topK, topP, minP, repetitionPenalty, maxNewTokens, other);
    }

    /// Reads the text of a `generation_config.json`.
    ///
    /// @param otherwise the ids where the text names none
    /// @throws IllegalArgumentException when it is no JSON object or a value is of another type
    public static GenerationConfig read(String json, SpecialIds otherwise) {
        JsonKeys keys = JsonKeys.parse(json, "generation_config.json");
        var special = new SpecialIds(
                keys.integerOrNull("bos_token_id", otherwise.bos()),
                keys.has("eos_token_id") ? keys.integers("eos_token_id") : otherwise.eos(),
                keys.integerOrNull("pad_token_id", otherwise.pad()));
        var other = new TreeMap<>(keys.map());
        for (String ours : new String[] {
            "bos_token_id",
            "eos_token_id",
            "pad_token_id",
            "do_sample",
            "temperature",
            "top_k",
            "top_p",
            "min_p",
            "repetition_penalty",
            "max_new_tokens",
            "transformers_version",
            "_from_model_config"
        }) {
            other.remove(ours);
        }
        other.values().removeIf(value -> value == null);
        return new GenerationConfig(
                special,
                keys.flag("do_sample", false),
                keys.numberOrNull("temperature"),
                keys.integerOrNull("top_k", null),
                keys.numberOrNull("top_p"),
                keys.numberOrNull("min_p"),
                keys.numberOrNull("repetition_penalty"),
                keys.integerOrNull("max_new_tokens", null),
                other);
    }

    /// {@return the text of a `generation_config.json`}
    public String write() {
        var map = new TreeMap<String, Object>(other);
        put(map, "bos_token_id", special.bos());
        put(map, "eos_token_id", JsonKeys.oneOrMany(special.eos()));
        put(map, "pad_token_id", special.pad());
        put(map, "do_sample", doSample ? true : null);
        put(map, "temperature", temperature);
        put(map, "top_k", topK);
        put(map, "top_p", topP);
        put(map, "min_p", minP);
        put(map, "repetition_penalty", repetitionPenalty);
        put(map, "max_new_tokens", maxNewTokens);
        return JsonKeys.text(map);
    }

    private static void put(Map<String, Object> map, String key, @Nullable Object value) {
        if (value != null) {
            map.put(key, value);
        }
    }
}
