package dev.mokha.text.tokenizer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The tokenizers of `fixtures/tokenizers`, made by its `make.py`.
final class Fixtures {
    static final Path FOLDER = Path.of(System.getProperty("mokha.root"), "fixtures", "tokenizers");
    static final List<String> KINDS =
            List.of("gpt2", "llama3", "qwen2", "llama2", "mistral", "t5", "unigram-bytes", "bert");

    private static final Map<String, Tokenizer> LOADED = new ConcurrentHashMap<>();

    private Fixtures() {}

    static Path file(String kind) {
        return FOLDER.resolve(kind).resolve("tokenizer.json");
    }

    static Tokenizer load(String kind) {
        return LOADED.computeIfAbsent(kind, k -> Tokenizer.load(FOLDER.resolve(k)));
    }

    static JsonNode json(String name) {
        try {
            return JsonMapper.shared().readTree(Files.readString(FOLDER.resolve(name)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Texts that are awkward for tokenizers.
    static List<String> texts() {
        return StreamSupport.stream(json("texts.json").spliterator(), false)
                .map(JsonNode::stringValue)
                .toList();
    }
}
