package dev.mokha.language.embed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What the files of sentence-transformers say: `modules.json`, the pooling's `config.json`, and
/// `sentence_bert_config.json`. A folder without them is a plain encoder.
///
/// @param encoder where the encoder lies: the folder, or one below it
record SentenceFolder(Path encoder, EmbedSettings settings) {
    private static final String MODULES = "modules.json";
    private static final String PREFIX = "pooling_mode_";

    static SentenceFolder of(Path folder) {
        Path modules = folder.resolve(MODULES);
        EmbedSettings settings = EmbedSettings.standard();
        Path encoder = folder;
        if (Files.exists(modules)) {
            settings = settings.withNormalize(false);
            for (JsonNode module : json(modules)) {
                String type = module.path("type").asString("");
                Path part = inside(folder, module.path("path").asString(""), modules);
                switch (type.substring(type.lastIndexOf('.') + 1)) {
                    case "Transformer" -> encoder = part;
                    case "Pooling" -> settings = settings.withPooling(pooling(part.resolve("config.json")));
                    case "Normalize" -> settings = settings.withNormalize(true);
                    default ->
                        throw new IllegalArgumentException(modules + " has the module '" + type
                                + "'; Transformer, Pooling and Normalize are computed");
                }
            }
        }
        return new SentenceFolder(encoder, withTransformer(encoder.resolve("sentence_bert_config.json"), settings));
    }

    private static Path inside(Path folder, String path, Path modules) {
        Path part = folder.resolve(path).normalize();
        if (!part.startsWith(folder.normalize())) {
            throw new IllegalArgumentException(modules + " names the path '" + path + "', which is outside the folder");
        }
        return part;
    }

    private static EmbedSettings withTransformer(Path file, EmbedSettings settings) {
        if (!Files.exists(file)) {
            return settings;
        }
        JsonNode json = json(file);
        JsonNode length = json.path("max_seq_length");
        @Nullable Integer most = length.isInt() && length.asInt() >= 3 ? (Integer) length.asInt() : null;
        return new EmbedSettings(
                settings.pooling(),
                settings.normalize(),
                null,
                most,
                json.path("do_lower_case").asBoolean(false),
                settings.batch());
    }

    private static Pooling pooling(Path file) {
        JsonNode json = json(file);
        List<String> modes = new ArrayList<>();
        if (json.path("pooling_mode").isString()) {
            modes.add(json.path("pooling_mode").asString());
        } else {
            json.propertyStream()
                    .filter(field -> field.getKey().startsWith(PREFIX)
                            && field.getValue().asBoolean(false))
                    .forEach(field -> modes.add(field.getKey().substring(PREFIX.length())));
        }
        if (modes.size() != 1) {
            throw new IllegalArgumentException(file + " asks for " + modes.size() + " poolings, " + modes
                    + "; exactly one of them is computed: name one with --pooling");
        }
        return switch (modes.getFirst()) {
            case "mean_tokens", "mean" -> Pooling.MEAN;
            case "cls_token", "cls" -> Pooling.CLS;
            case "max_tokens", "max" -> Pooling.MAX;
            default ->
                throw new IllegalArgumentException(file + " asks for the pooling '" + modes.getFirst()
                        + "'; mean_tokens, cls_token and max_tokens are computed");
        };
    }

    private static JsonNode json(Path file) {
        try {
            return JsonMapper.shared().readTree(Files.readString(file));
        } catch (JacksonException e) {
            throw new IllegalArgumentException(file + " is no valid JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
