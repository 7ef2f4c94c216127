package dev.mokha.serve.http;

import dev.mokha.language.generate.Sampler;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `text_completion`, whole and in pieces.
final class CompletionShape extends Shape {
    private static final String NAME = "text_completion";

    CompletionShape(ServedModel model, @Nullable String adapter, String id) {
        super(model, adapter, "cmpl-" + id);
    }

    @Override
    ObjectNode whole(List<Written> answers, Asked asked) {
        ObjectNode body = envelope(NAME);
        ArrayNode choices = body.putArray("choices");
        for (int i = 0; i < answers.size(); i++) {
            Written answer = answers.get(i);
            if (!answer.found()) {
                continue;
            }
            ObjectNode choice = choices.addObject()
                    .put("text", asked.echoes().get(i / asked.answers()) + answer.text())
                    .put("index", i);
            choice.set("logprobs", logProbs(answer.pieces(), asked));
            choice.put("finish_reason", answer.finish());
        }
        return body;
    }

    @Override
    @Nullable
    ObjectNode opening(int answer, Asked asked) {
        String echo = asked.echoes().get(answer / asked.answers());
        return echo.isEmpty() ? null : piece(answer, echo, List.of(), asked);
    }

    @Override
    ObjectNode piece(int answer, String text, List<Written.Piece> pieces, Asked asked) {
        ObjectNode body = envelope(NAME);
        ObjectNode choice = choice(body, answer, text);
        choice.set("logprobs", logProbs(pieces, asked));
        choice.putNull("finish_reason");
        return body;
    }

    @Override
    ObjectNode closing(int answer, String text, String finish) {
        ObjectNode body = envelope(NAME);
        choice(body, answer, text).putNull("logprobs").put("finish_reason", finish);
        return body;
    }

    @Override
    ObjectNode last() {
        ObjectNode body = envelope(NAME);
        body.putArray("choices");
        return body;
    }

    private static ObjectNode choice(ObjectNode body, int answer, String text) {
        return body.putArray("choices").addObject().put("text", text).put("index", answer);
    }

    private JsonNode logProbs(List<Written.Piece> pieces, Asked asked) {
        if (!asked.logProbs()) {
            return JsonNodeFactory.instance.nullNode();
        }
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        ArrayNode offsets = node.putArray("text_offset");
        ArrayNode logProbs = node.putArray("token_logprobs");
        ArrayNode tokens = node.putArray("tokens");
        ArrayNode tops = node.putArray("top_logprobs");
        for (Written.Piece piece : shown(pieces, asked)) {
            offsets.add(piece.offset());
            logProbs.add(piece.choice().logProb());
            tokens.add(model.text(piece.choice().id()));
            ObjectNode top = tops.addObject();
            for (Sampler.Ranked ranked : piece.choice().top()) {
                top.put(model.text(ranked.id()), ranked.logProb());
            }
            top.put(model.text(piece.choice().id()), piece.choice().logProb()); // also where it is not among them
        }
        return node;
    }
}
