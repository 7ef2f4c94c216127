package dev.mokha.tensor;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.core.util.Separators;

/// `model.safetensors.index.json`: which shard holds which tensor.
///
/// ```json
/// {"metadata": {"total_size": 12}, "weight_map": {"embed.weight": "model-00001-of-00002.safetensors", …}}
/// ```
final class SafetensorsIndex {
    private static final int DEEPEST = 8;
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private SafetensorsIndex() {}

    /// {@return for each tensor the name of its shard, a file beside the index}
    /// @throws SafetensorsException when the index is malformed or names a file elsewhere
    static Map<String, String> read(Path index) {
        try {
            long size = Files.size(index);
            if (size > SafetensorsHeader.LONGEST) {
                throw new SafetensorsException(
                        index, "has " + size + " bytes; an index of at most " + SafetensorsHeader.LONGEST + " is read");
            }
            return parse(index, Files.readAllBytes(index));
        } catch (IOException e) {
            throw new SafetensorsException(index, "cannot be read: " + e, e);
        }
    }

    static Map<String, String> parse(Path index, byte[] text) {
        Map<String, String> shards = null;
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), text)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new SafetensorsException(index, "is no JSON object");
            }
            for (String key = json.nextName(); key != null; key = json.nextName()) {
                json.nextToken();
                if (key.equals("weight_map")) {
                    shards = readShards(index, json);
                } else {
                    json.skipChildren();
                }
            }
            if (json.nextToken() != null) {
                throw new SafetensorsException(index, "goes on after the closing '}'");
            }
        } catch (JacksonException e) {
            throw new SafetensorsException(index, "is no valid JSON: " + e.getOriginalMessage(), e);
        }
        if (shards == null) {
            throw new SafetensorsException(index, "has no 'weight_map'");
        }
        return shards;
    }

    private static Map<String, String> readShards(Path index, JsonParser json) {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw new SafetensorsException(
                    index, "has " + json.currentToken() + " as 'weight_map', expected an object");
        }
        var shards = new LinkedHashMap<String, String>();
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            if (json.nextToken() != JsonToken.VALUE_STRING || !isPlainName(json.getString())) {
                throw new SafetensorsException(
                        index,
                        "puts tensor " + SafetensorsException.quoted(name) + " into "
                                + SafetensorsException.quoted("" + json.getString())
                                + ", expected the name of a .safetensors file beside the index");
            }
            shards.put(name, json.getString());
        }
        return shards;
    }

    /// A foreign index must not lead out of its folder.
    private static boolean isPlainName(String shard) {
        return shard.endsWith(".safetensors")
                && shard.chars().noneMatch(c -> c == '/' || c == '\\' || c == ':' || Character.isISOControl(c));
    }

    /// Writes the index as Hugging Face does: two spaces deep, keys in order, a line end.
    static void write(Path index, Map<String, String> shards, long bytes, long elements) {
        var text = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(new PrettyContext(), text)) {
            json.writeStartObject();
            json.writeObjectPropertyStart("metadata");
            json.writeNumberProperty("total_parameters", elements);
            json.writeNumberProperty("total_size", bytes);
            json.writeEndObject();
            json.writeObjectPropertyStart("weight_map");
            new TreeMap<>(shards).forEach(json::writeStringProperty);
            json.writeEndObject();
            json.writeEndObject();
        }
        text.write('\n');
        SafetensorsWriter.replace(index, channel -> {
            var rest = ByteBuffer.wrap(text.toByteArray());
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
        });
    }

    /// Python's `json.dumps(…, indent=2)`: no space before a colon.
    private static final class PrettyContext extends ObjectWriteContext.Base {
        @Override
        public PrettyPrinter getPrettyPrinter() {
            var lines = new DefaultIndenter("  ", "\n");
            return new DefaultPrettyPrinter(
                            PrettyPrinter.DEFAULT_SEPARATORS.withObjectNameValueSpacing(Separators.Spacing.AFTER))
                    .withObjectIndenter(lines);
        }
    }
}
