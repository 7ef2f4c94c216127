package dev.mokha.serve.http;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// How answers look as JSON: chat's way, or that of completions.
abstract class Shape {
    final ServedModel model;
    private final String name;
    private final String id;
    private final long created = System.currentTimeMillis() / 1000;

    /// @param adapter that answers; null for the model itself
    /// @param id of the answer
    Shape(ServedModel model, @Nullable String adapter, String id) {
        this.model = model;
        this.name = adapter == null ? model.name() : adapter;
        this.id = id;
    }

    /// {@return an answer without its choices}
    ///
    /// @param object what it calls itself
    final ObjectNode envelope(String object) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", id)
                .put("object", object)
                .put("created", created)
                .put("model", name);
    }

    /// {@return the whole answer, but for its usage}
    abstract ObjectNode whole(List<Written> answers, Asked asked);

    /// {@return what is sent before an answer's first piece; null for nothing}
    abstract @Nullable ObjectNode opening(int answer, Asked asked);

    /// {@return a piece of an answer}
    abstract ObjectNode piece(int answer, String text, List<Written.Piece> pieces, Asked asked);

    /// {@return the end of an answer}
    abstract ObjectNode closing(int answer, String text, String finish);

    /// {@return a piece of no answer, for the usage}
    abstract ObjectNode last();

    /// {@return the tokens that are part of the text: not the one that ended it}
    final List<Written.Piece> shown(List<Written.Piece> pieces, Asked asked) {
        return pieces.stream()
                .filter(piece -> {
                    int token = piece.choice().id();
                    return !model.ends().contains(token)
                            && !asked.sampling().ending().ids().contains(token);
                })
                .toList();
    }
}
