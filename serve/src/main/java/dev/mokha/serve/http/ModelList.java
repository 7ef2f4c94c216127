package dev.mokha.serve.http;

import dev.mokha.serve.encode.Encoders;
import dev.mokha.serve.encode.ServedEncoder;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `/v1/models`: what is served, by name.
final class ModelList {
    static final String PATH = "/v1/models";

    private final @Nullable ServedModel writer;
    private final @Nullable Encoders encoders;
    private final long started = System.currentTimeMillis() / 1000;

    /// @param writer the model that writes text; null for none
    /// @param encoders null for none
    ModelList(@Nullable ServedModel writer, @Nullable Encoders encoders) {
        this.writer = writer;
        this.encoders = encoders;
    }

    /// {@return what is known of each model, by its name}
    private Map<String, ObjectNode> all() {
        var all = new LinkedHashMap<String, ObjectNode>();
        if (writer != null) {
            int context = writer.engine().context();
            writer.names().forEach(name -> all.put(name, describe(name, context)));
            writer.adapters()
                    .forEach(name -> all.put(name, describe(name, context).put("parent", writer.name())));
        }
        if (encoders != null) {
            for (ServedEncoder encoder : encoders.all()) {
                all.put(
                        encoder.name(),
                        describe(encoder.name(), encoder.reader().longest()));
            }
        }
        return all;
    }

    static boolean covers(String path) {
        return path.equals(PATH) || path.startsWith(PATH + "/");
    }

    /// {@return all models, or the one that the path names}
    ObjectNode at(String path) {
        Map<String, ObjectNode> all = all();
        if (path.length() > PATH.length() + 1) {
            String name = path.substring(PATH.length() + 1);
            ObjectNode one = all.get(name);
            if (one == null) {
                throw ApiException.noModel(name, all.keySet());
            }
            return one;
        }
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("object", "list");
        body.putArray("data").addAll(all.values());
        return body;
    }

    private ObjectNode describe(String name, int length) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", name)
                .put("object", "model")
                .put("created", started)
                .put("owned_by", "mokha")
                .put("max_model_len", length);
    }
}
