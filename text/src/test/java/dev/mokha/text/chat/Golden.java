package dev.mokha.text.chat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The golden values of `fixtures/chat`.
public final class Golden {
    /// Where `strftime_now` stands in the golden values.
    public static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-23T12:34:56Z"), ZoneOffset.UTC);

    private Golden() {}

    /// {@return a file of the repository}
    public static Path file(String path) {
        String root = System.getProperty("mokha.root");
        Path inModule = Path.of("..").resolve(path);
        return root == null ? inModule : Path.of(root).resolve(path);
    }

    /// {@return the JSON of a file in `fixtures/chat`}
    public static JsonNode json(String name) throws IOException {
        return JsonMapper.shared().readTree(Files.readString(file("fixtures/chat/" + name)));
    }

    /// {@return the node as strings, numbers, booleans, null, lists and maps}
    public static @Nullable Object plain(JsonNode node) {
        if (node.isObject()) {
            return fields(node);
        }
        if (node.isArray()) {
            List<@Nullable Object> items = new ArrayList<>();
            node.forEach(item -> items.add(plain(item)));
            return items;
        }
        if (node.isIntegralNumber()) {
            return node.longValue();
        }
        if (node.isNumber()) {
            return node.doubleValue();
        }
        return node.isNull() ? null : node.isBoolean() ? (Object) node.booleanValue() : node.stringValue();
    }

    /// {@return the fields of an object}
    public static Map<String, @Nullable Object> fields(JsonNode object) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        object.forEachEntry((name, value) -> fields.put(name, plain(value)));
        return fields;
    }

    /// {@return the objects of an array, or none of null}
    static List<Map<String, @Nullable Object>> objects(JsonNode array) {
        List<Map<String, @Nullable Object>> objects = new ArrayList<>();
        if (array.isArray()) {
            array.forEach(item -> objects.add(fields(item)));
        }
        return objects;
    }

    /// {@return a conversation of the golden values}
    static Conversation conversation(JsonNode node) {
        return new Conversation(
                objects(node.path("messages")),
                objects(node.path("tools")),
                node.path("prompt").booleanValue(),
                fields(node.path("variables")));
    }

    /// {@return a template of the golden values by its name there}
    static ChatTemplate template(String name) throws IOException {
        Path file = name.startsWith("chat/")
                ? file("text/src/main/resources/dev/mokha/text/" + name)
                : file("fixtures/chat/" + name);
        return ChatTemplate.parse(Files.readString(file))
                .with(CLOCK)
                .with("bos_token", "<s>")
                .with("eos_token", "</s>");
    }
}
