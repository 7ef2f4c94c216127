package dev.mokha.cli.facts;

import dev.mokha.language.gguf.GgufFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What a `tokenizer.json` or `vocab.txt` holds.
///
/// @param kind such as `BPE`
/// @param pieces the vocabulary of the model itself
/// @param merges the merges of a BPE model
/// @param steps the types of normaliser, pre-tokenizer, post-processor and decoder that are set, in this order
/// @param special the special tokens
/// @param added how many added tokens there are, special ones included
public record TokenizerFacts(
        String kind, long pieces, long merges, List<String> steps, List<String> special, long added) {
    /// How `tokenizer.ggml.token_type` marks special tokens.
    private static final long CONTROL = 3;

    public TokenizerFacts {
        steps = List.copyOf(steps);
        special = List.copyOf(special);
    }

    /// Reads either file.
    public static TokenizerFacts of(Path file) {
        return file.toString().endsWith(".txt") ? wordPieces(JsonFiles.text(file)) : of(file, JsonFiles.object(file));
    }

    /// Takes what the metadata of a GGUF file says; null when it has no tokenizer.
    static @Nullable TokenizerFacts of(GgufFile file) {
        var keys = file.metadata();
        if (!(keys.get("tokenizer.ggml.model") instanceof String kind)
                || !(keys.get("tokenizer.ggml.tokens") instanceof List<?> tokens)) {
            return null;
        }
        var special = new ArrayList<String>();
        if (keys.get("tokenizer.ggml.token_type") instanceof List<?> types) {
            for (int id = 0; id < Math.min(types.size(), tokens.size()); id++) {
                if (types.get(id) instanceof Long type && type == CONTROL) {
                    special.add(tokens.get(id).toString());
                }
            }
        }
        return new TokenizerFacts(
                kind,
                tokens.size(),
                keys.get("tokenizer.ggml.merges") instanceof List<?> merges ? merges.size() : 0,
                keys.get("tokenizer.ggml.pre") instanceof String pre ? List.of("pre_tokenizer " + pre) : List.of(),
                special,
                special.size());
    }

    private static TokenizerFacts wordPieces(String text) {
        var pieces = text.lines().map(String::stripTrailing).toList();
        var special = pieces.stream()
                .filter(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")::contains)
                .toList();
        return new TokenizerFacts("WordPiece", pieces.size(), 0, List.of(), special, special.size());
    }

    private static TokenizerFacts of(Path file, ObjectNode json) {
        JsonNode model = json.path("model");
        if (!model.isObject()) {
            throw new IllegalArgumentException(
                    file + " has no object under \"model\"; a tokenizer.json has one with its vocabulary");
        }
        var special = new ArrayList<String>();
        for (JsonNode token : json.path("added_tokens")) {
            if (token.path("special").asBoolean(false)) {
                special.add(token.path("content").asString(""));
            }
        }
        var steps = new ArrayList<String>();
        for (String step : List.of("normalizer", "pre_tokenizer", "post_processor", "decoder")) {
            if (json.path(step).isObject()) {
                steps.add(step + " " + type(json.path(step)));
            }
        }
        return new TokenizerFacts(
                model.path("type").asString("unknown kind"),
                model.path("vocab").size(),
                model.path("merges").size(),
                steps,
                special,
                json.path("added_tokens").size());
    }

    /// A sequence is named by its parts.
    private static String type(JsonNode step) {
        String type = step.path("type").asString("of no type");
        if (!type.equals("Sequence")) {
            return type;
        }
        var parts = new ArrayList<String>();
        for (String key : List.of("normalizers", "pretokenizers", "processors", "decoders")) {
            step.path(key).forEach(part -> parts.add(type(part)));
        }
        return String.join(" + ", parts);
    }

    ObjectNode json() {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("kind", kind).put("pieces", pieces).put("merges", merges).put("added_tokens", added);
        var types = json.putArray("steps");
        steps.forEach(types::add);
        var tokens = json.putArray("special_tokens");
        special.forEach(tokens::add);
        return json;
    }
}
