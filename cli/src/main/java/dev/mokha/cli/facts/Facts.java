package dev.mokha.cli.facts;

import dev.mokha.language.gguf.GgufFile;
import dev.mokha.language.source.ModelSource;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// All that is known about a folder or a file; what it lacks is null.
///
/// @param path the folder or file
public record Facts(
        Path path,
        @Nullable ConfigFacts config,
        @Nullable WeightFacts weights,
        @Nullable TokenizerFacts tokenizer,
        @Nullable String chatTemplate) {
    private static final int SHOWN_SPECIAL_TOKENS = 8;

    /// Looks at a Hugging Face folder, a GGUF file, a safetensors file or index, or a tokenizer file.
    public static Facts of(Path path) {
        if (!Files.exists(path)) {
            throw new UncheckedIOException(new NoSuchFileException(path.toString()));
        }
        if (Files.isDirectory(path)) {
            return ofFolder(path);
        }
        String name = path.getFileName().toString();
        if (name.endsWith(".safetensors") || name.endsWith(".safetensors.index.json")) {
            return new Facts(path, null, WeightFacts.of(path), null, null);
        }
        if (ModelSource.isGguf(path)) {
            return ofGguf(path);
        }
        if (name.equals("config.json")) {
            return new Facts(path, new ConfigFacts(JsonFiles.object(path)), null, null, null);
        }
        if (name.endsWith(".json") || name.endsWith(".txt")) {
            return new Facts(path, null, null, TokenizerFacts.of(path), null);
        }
        throw new IllegalArgumentException(
                path + " is of no kind that is known: give a folder, a .gguf file, a .safetensors"
                        + " file or its index, a config.json, a tokenizer.json or a vocab.txt");
    }

    private static Facts ofGguf(Path path) {
        try (var file = GgufFile.open(path)) {
            boolean chats = file.metadata().containsKey("tokenizer.chat_template");
            return new Facts(
                    path,
                    ConfigFacts.of(file),
                    WeightFacts.of(file),
                    TokenizerFacts.of(file),
                    chats ? "tokenizer.chat_template" : null);
        }
    }

    private static Facts ofFolder(Path folder) {
        Path config = folder.resolve("config.json");
        boolean weights = Files.exists(folder.resolve("model.safetensors"))
                || Files.exists(folder.resolve("model.safetensors.index.json"));
        Path tokenizer = folder.resolve("tokenizer.json");
        if (!Files.exists(tokenizer)) {
            tokenizer = folder.resolve("vocab.txt");
        }
        var facts = new Facts(
                folder,
                Files.exists(config) ? new ConfigFacts(JsonFiles.object(config)) : null,
                weights ? WeightFacts.of(folder) : null,
                Files.exists(tokenizer) ? TokenizerFacts.of(tokenizer) : null,
                chatTemplate(folder));
        if (facts.config == null && facts.weights == null && facts.tokenizer == null) {
            throw new IllegalArgumentException(folder + " has none of config.json, model.safetensors (or its index),"
                    + " tokenizer.json and vocab.txt; is it a model's folder?");
        }
        return facts;
    }

    /// {@return the name of the file with the template}
    private static @Nullable String chatTemplate(Path folder) {
        if (Files.exists(folder.resolve("chat_template.jinja"))) {
            return "chat_template.jinja";
        }
        Path config = folder.resolve("tokenizer_config.json");
        return Files.exists(config) && JsonFiles.object(config).has("chat_template") ? "tokenizer_config.json" : null;
    }

    /// {@return everything, for machines}
    /// @param listed whether each tensor is listed
    public ObjectNode json(boolean listed) {
        var json = JsonNodeFactory.instance.objectNode().put("path", path.toString());
        if (config != null) {
            json.put("architecture", config.architecture());
            json.set("config", config.json());
            json.put("cache_elements_per_token", config.cacheElementsPerToken());
        }
        if (weights != null) {
            json.set("weights", weights.json(listed));
        }
        if (tokenizer != null) {
            json.set("tokenizer", tokenizer.json());
        }
        if (chatTemplate != null) {
            json.put("chat_template", chatTemplate);
        }
        return json;
    }

    /// Writes everything for people.
    public void print(PrintWriter out, boolean listed) {
        if (config != null) {
            line(out, "model", config.architecture());
            config.sizes().forEach((name, size) -> line(out, "  " + name, size));
        }
        if (weights != null) {
            print(out, weights);
        }
        if (config != null && config.cacheElementsPerToken() > 0) {
            long elements = config.cacheElementsPerToken();
            line(
                    out,
                    "cache",
                    Sizes.bytes(elements * 4) + " a token in float32, " + Sizes.bytes(elements * 2) + " in bfloat16");
        }
        if (tokenizer != null) {
            print(out, tokenizer);
        }
        if (chatTemplate != null) {
            line(out, "chat template", chatTemplate);
        }
        if (listed && weights != null) {
            out.println();
            weights.tensors()
                    .forEach((name, stored) ->
                            out.println(String.format("%-5s %-20s %s", stored.type(), stored.shape(), name)));
        }
    }

    private static void print(PrintWriter out, WeightFacts weights) {
        line(out, "parameters", Sizes.count(weights.parameters()));
        line(out, "weights", Sizes.bytes(weights.fileBytes()) + " in " + Sizes.plural(weights.files(), "file"));
        weights.shares()
                .forEach((type, share) -> line(
                        out, "  " + type, Sizes.plural(share.tensors(), "tensor") + ", " + Sizes.bytes(share.bytes())));
        line(out, "memory", "");
        line(out, "  to run", Sizes.bytes(weights.bytes()) + " as stored, mapped from the disk");
        line(out, "  to train", Sizes.bytes(weights.trainingBytes()) + " with AdamW, and the activations");
    }

    private static void print(PrintWriter out, TokenizerFacts tokenizer) {
        line(
                out,
                "tokenizer",
                tokenizer.kind() + ", " + Sizes.plural(tokenizer.pieces(), "piece")
                        + (tokenizer.merges() > 0 ? ", " + Sizes.plural(tokenizer.merges(), "merge") : ""));
        tokenizer.steps().forEach(step -> line(out, "", step.replaceFirst("_", "-")));
        if (!tokenizer.special().isEmpty()) {
            String shown =
                    tokenizer.special().stream().limit(SHOWN_SPECIAL_TOKENS).collect(Collectors.joining(" "));
            int more = tokenizer.special().size() - SHOWN_SPECIAL_TOKENS;
            line(out, "  special", shown + (more > 0 ? " and " + more + " more" : ""));
        }
    }

    private static void line(PrintWriter out, String name, String value) {
        out.println(String.format("%-18s %s", name, value).stripTrailing());
    }
}
