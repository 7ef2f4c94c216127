package dev.mokha.serve.http;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `chat.completion` and `chat.completion.chunk`.
final class ChatShape extends Shape {
    ChatShape(ServedModel model, @Nullable String adapter, String id) {
        super(model, adapter, "chatcmpl-" + id);
    }

    @Override
    ObjectNode whole(List<Written> answers, Asked asked) {
        ObjectNode body = envelope("chat.completion");
        ArrayNode choices = body.putArray("choices");
        for (int i = 0; i < answers.size(); i++) {
            Written answer = answers.get(i);
            if (!answer.found()) {
                continue;
            }
            ObjectNode choice = choices.addObject().put("index", i);
            choice.putObject("message")
                    .put("role", "assistant")
                    .put("content", answer.text())
                    .putNull("refusal");
            choice.set("logprobs", logProbs(answer.pieces(), asked));
            choice.put("finish_reason", answer.finish());
        }
        return body;
    }

    @Override
    ObjectNode opening(int answer, Asked asked) {
        ObjectNode body = envelope("chat.completion.chunk");
        ObjectNode choice = choice(body, answer);
        choice.putObject("delta").put("role", "assistant").put("content", "");
        choice.putNull("logprobs").putNull("finish_reason");
        return body;
    }

    @Override
    ObjectNode piece(int answer, String text, List<Written.Piece> pieces, Asked asked) {
        ObjectNode body = envelope("chat.completion.chunk");
        ObjectNode choice = choice(body, answer);
        choice.putObject("delta").put("content", text);
        choice.set("logprobs", logProbs(pieces, asked));
        choice.putNull("finish_reason");
        return body;
    }

    @Override
    ObjectNode closing(int answer, String text, String finish) {
        ObjectNode body = envelope("chat.completion.chunk");
        ObjectNode choice = choice(body, answer);
        ObjectNode delta = choice.putObject("delta");
        if (!text.isEmpty()) {
            delta.put("content", text);
        }
        choice.putNull("logprobs").put("finish_reason", finish);
        return body;
    }

    @Override
    ObjectNode last() {
        ObjectNode body = envelope("chat.completion.chunk");
        body.putArray("choices");
        return body;
    }

    private static ObjectNode choice(ObjectNode body, int answer) {
        return body.putArray("choices").addObject().put("index", answer);
    }

    private JsonNode logProbs(List<Written.Piece> pieces, Asked asked) {
        if (!asked.logProbs()) {
            return JsonNodeFactory.instance.nullNode();
        }
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        ArrayNode content = node.putArray("content");
        for (Written.Piece piece : shown(pieces, asked)) {
            ObjectNode token = content.addObject();
            token(token, piece.choice().id(), piece.choice().logProb());
            ArrayNode top = token.putArray("top_logprobs");
            piece.choice().top().forEach(ranked -> token(top.addObject(), ranked.id(), ranked.logProb()));
        }
        node.putNull("refusal");
        return node;
    }

    private void token(ObjectNode node, int id, double logProb) {
        node.put("token", model.text(id)).put("logprob", logProb);
        ArrayNode bytes = node.putArray("bytes");
        for (byte one : model.bytes(id)) {
            bytes.add(one & 0xff);
        }
    }
}
