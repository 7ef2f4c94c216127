package dev.mokha.text.chat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The chat templates of a Hugging Face folder: `chat_template.jinja`, `additional_chat_templates/NAME.jinja`, and
/// `chat_template` in `tokenizer_config.json` or `chat_template.json`, a string or a list of named ones. A file of its
/// own wins over the configuration, as in transformers. Special tokens come from `tokenizer_config.json`.
record TemplateFolder(Path folder, Map<String, String> templates, Map<String, String> specialTokens) {
    private static final String CONFIG = "tokenizer_config.json";

    static TemplateFolder read(Path folder) {
        Map<String, String> templates = new TreeMap<>();
        Map<String, String> tokens = new LinkedHashMap<>();
        try {
            JsonNode config = json(folder.resolve(CONFIG));
            collect(config.path("chat_template"), templates);
            collect(json(folder.resolve("chat_template.json")).path("chat_template"), templates);
            Path own = folder.resolve("chat_template.jinja");
            if (Files.isRegularFile(own)) {
                templates.put("default", text(own));
            }
            Path more = folder.resolve("additional_chat_templates");
            if (Files.isDirectory(more)) {
                try (Stream<Path> files = Files.list(more)) {
                    for (Path file : files.filter(path -> path.toString().endsWith(".jinja"))
                            .toList()) {
                        templates.put(String.valueOf(file.getFileName()).replaceFirst("\\.jinja$", ""), text(file));
                    }
                }
            }
            config.propertyStream().forEach(property -> {
                if (property.getKey().endsWith("_token")) {
                    String token = token(property.getValue());
                    if (!token.isEmpty()) {
                        tokens.put(property.getKey(), token);
                    }
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the chat template of " + folder + ": " + e.getMessage(), e);
        }
        return new TemplateFolder(folder, templates, tokens);
    }

    private static JsonNode json(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return JsonMapper.shared().createObjectNode();
        }
        try {
            return JsonMapper.shared().readTree(text(file));
        } catch (JacksonException e) {
            throw new IllegalArgumentException(file + " is not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static String text(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(file + " is not UTF-8", e);
        }
    }

    private static void collect(JsonNode node, Map<String, String> templates) {
        if (node.isString()) {
            templates.put("default", node.stringValue());
        }
        for (JsonNode one : node.isArray() ? node : JsonMapper.shared().createArrayNode()) {
            if (one.path("name").isString() && one.path("template").isString()) {
                templates.put(
                        one.path("name").stringValue(), one.path("template").stringValue());
            }
        }
    }

    /// A token is written as its text, or as an object with the text in `content`.
    private static String token(JsonNode node) {
        JsonNode text = node.isObject() ? node.path("content") : node;
        return text.isString() ? text.stringValue() : "";
    }

    ChatTemplate template(String name) {
        String source = templates.get(name);
        if (source == null) {
            throw new IllegalArgumentException(
                    templates.isEmpty()
                            ? folder + " has no chat template, neither chat_template.jinja nor chat_template in "
                                    + CONFIG + "; take a built-in one"
                            : folder + " has no chat template '" + name + "', only " + templates.keySet());
        }
        ChatTemplate template = ChatTemplate.parse(source);
        for (Map.Entry<String, String> token : specialTokens.entrySet()) {
            template = template.with(token.getKey(), token.getValue());
        }
        return template;
    }
}
