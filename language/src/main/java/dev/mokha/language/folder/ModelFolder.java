package dev.mokha.language.folder;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.language.decoder.RewardModel;
import dev.mokha.language.decoder.SpecialIds;
import dev.mokha.language.packed.PackedLayout;
import dev.mokha.language.packed.PackedWeights;
import dev.mokha.nn.LoRA;
import dev.mokha.nn.Loading;
import dev.mokha.nn.Params;
import dev.mokha.nn.Weights;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Safetensors;
import dev.mokha.text.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A model as Hugging Face keeps it: a folder with `config.json`, `model.safetensors` or its shards, and often
/// `generation_config.json`, `tokenizer.json`, `tokenizer_config.json` and `chat_template.jinja`.
///
/// Opening one reads its configuration only; weights are mapped by [#decoder], the tokenizer is read by
/// [#tokenizer].
///
/// @param path the folder
/// @param config the model's shape
/// @param generation how it is meant to be sampled; greedy where the folder does not say
public record ModelFolder(Path path, DecoderConfig config, GenerationConfig generation) {
    private static final String SCORE = "score.weight";
    static final String CONFIG = "config.json";
    static final String GENERATION = "generation_config.json";
    static final String TOKENIZER = "tokenizer.json";
    static final String TOKENIZER_CONFIG = "tokenizer_config.json";
    static final String CHAT_TEMPLATE = "chat_template.jinja";

    /// Opens a folder.
    ///
    /// @throws IllegalArgumentException when it has no `config.json`, or one that is malformed or of another
    ///     kind of model; the message names the file
    public static ModelFolder open(Path path) {
        String json = requiredConfig(path);
        try {
            DecoderConfig config = ConfigJson.read(json);
            String generation = text(path, GENERATION);
            return new ModelFolder(
                    path,
                    config,
                    generation == null
                            ? GenerationConfig.of(config.special())
                            : GenerationConfig.read(generation, config.special()));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(path + ": " + e.getMessage(), e);
        }
    }

    static String requiredConfig(Path path) {
        String json = text(path, CONFIG);
        if (json == null) {
            throw new IllegalArgumentException(path + " is no model folder: it has no " + CONFIG);
        }
        return json;
    }

    /// Makes the model of the folder's weights.
    ///
    /// @param loading [Loading#forUse] maps them as they are, without a copy, where they are not packed;
    ///     [Loading#forTraining] makes float32 copies
    /// @throws IllegalArgumentException when weights are missing, left over or of another shape
    public Decoder decoder(Loading loading) {
        return decoder(loading, null);
    }

    /// Makes the model of the folder's weights with adapters.
    ///
    /// @param lora which projections are adapted, and how; null for none
    /// @throws IllegalArgumentException when weights are missing, left over or of another shape, or no
    ///     projection is what the adapters are for
    public Decoder decoder(Loading loading, @Nullable LoRA lora) {
        boolean packed = packedLayout() != null && loading.dtype() == null;
        Params params = Params.from(weights(), packed ? loading.as(DType.FLOAT32) : loading);
        try {
            return new Decoder(config, lora == null ? params : params.adapt(lora));
        } catch (RuntimeException e) {
            params.close();
            throw e;
        }
    }

    /// {@return how the projections are packed; null where they are plain}
    public @Nullable PackedLayout packedLayout() {
        return PackedJson.read(
                JsonKeys.parse(requiredConfig(path), path.resolve(CONFIG).toString()));
    }

    /// Opens the weights under the names of the model; those that are packed come as float32.
    public Weights weights() {
        @Nullable PackedLayout layout = packedLayout();
        Safetensors file = Safetensors.open(path);
        return FusedExperts.split(
                layout == null ? Weights.of(file) : new PackedWeights(layout, file), config.modelType());
    }

    /// Makes the reward model that the folder holds; or that a decoder's folder becomes, where `loading` lets
    /// [RewardModel#HEAD] be drawn. One without a padding id gets the first that ends a text for it, as in TRL.
    ///
    /// @throws IllegalArgumentException when the folder has no such head, or weights are missing, left over or
    ///     of another shape
    public RewardModel rewardModel(Loading loading) {
        Weights weights = weights();
        boolean drawn = Pattern.compile(loading.fresh()).matcher(SCORE).find();
        if (!drawn && !weights.names().contains(SCORE)) {
            weights.close();
            throw new IllegalArgumentException(
                    path + " is no reward model: it has no " + SCORE + "; `mokha reward train` makes one of a decoder");
        }
        SpecialIds special = config.special();
        boolean padded = special.pad() != null || special.eos().isEmpty();
        DecoderConfig complete = padded
                ? config
                : config.withSpecial(new SpecialIds(
                        special.bos(), special.eos(), special.eos().getFirst()));
        Params params = Params.from(weights, loading);
        try {
            return new RewardModel(complete, params);
        } catch (RuntimeException e) {
            params.close();
            throw e;
        }
    }

    /// {@return whether there is a `tokenizer.json`}
    public boolean hasTokenizer() {
        return hasTokenizer(path);
    }

    static boolean hasTokenizer(Path path) {
        return Files.exists(path.resolve(TOKENIZER));
    }

    /// Reads the tokenizer.
    ///
    /// @throws IllegalArgumentException when the folder has none
    public Tokenizer tokenizer() {
        return tokenizer(path);
    }

    static Tokenizer tokenizer(Path path) {
        if (!hasTokenizer(path)) {
            throw new IllegalArgumentException(path + " has no " + TOKENIZER);
        }
        return Tokenizer.load(path.resolve(TOKENIZER));
    }

    /// {@return the keys of `tokenizer_config.json`, without a chat template; empty when there is no such file}
    public Map<String, Object> tokenizerConfig() {
        return tokenizerConfig(path);
    }

    static Map<String, Object> tokenizerConfig(Path path) {
        String json = text(path, TOKENIZER_CONFIG);
        if (json == null) {
            return Map.of();
        }
        var map = new TreeMap<>(
                JsonKeys.parse(json, path.resolve(TOKENIZER_CONFIG).toString()).map());
        map.remove("chat_template");
        map.values().removeIf(value -> value == null);
        return map;
    }

    /// {@return the Jinja text of the chat template, or null when the folder has none}
    public @Nullable String chatTemplate() {
        String own = text(path, CHAT_TEMPLATE);
        if (own != null) {
            return own;
        }
        String json = text(path, TOKENIZER_CONFIG);
        if (json == null) {
            return null;
        }
        JsonKeys keys = JsonKeys.parse(json, path.resolve(TOKENIZER_CONFIG).toString());
        return keys.map().get("chat_template") instanceof String template ? template : null;
    }

    /// {@return all of this folder but the model: what a copy with other weights takes along}
    public FolderParts parts() {
        return new FolderParts(generation, hasTokenizer() ? tokenizer() : null, tokenizerConfig(), chatTemplate());
    }

    private static @Nullable String text(Path folder, String name) {
        Path file = folder.resolve(name);
        if (!Files.exists(file)) {
            return null;
        }
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }
}
