package dev.mokha.serve.http;

import dev.mokha.serve.encode.Call;
import dev.mokha.serve.encode.Encoders;
import dev.mokha.serve.encode.ServedEncoder;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Answers what is asked of encoders.
final class EncoderApi {
    /// How long a caller that left may go unnoticed.
    private static final long LOOK_MILLIS = 50;

    private final @Nullable Encoders encoders;
    private final EncoderMetrics metrics;
    private final EncoderChoice choice;

    /// @param encoders that are served; null for none
    /// @param writers names of the model that writes text; empty where there is none
    EncoderApi(@Nullable Encoders encoders, List<String> writers, EncoderMetrics metrics) {
        this.encoders = encoders;
        this.metrics = metrics;
        this.choice = new EncoderChoice(encoders, writers);
    }

    /// {@return the answer to a request}
    ObjectNode answer(EncoderRoute route, byte[] body, Caller caller) throws InterruptedException {
        if (encoders == null) {
            choice.of(Fields.of(body), route);
            throw new IllegalStateException("without encoders there is no choice");
        }
        try (Encoders.Place place = place(encoders, body)) { // before anything else is made of the body
            Fields fields = Fields.of(body);
            ServedEncoder encoder = choice.of(fields, route);
            EncoderTask task = EncoderTask.read(route, new EncoderTexts(encoder, fields), fields);
            Call call = submit(place, encoder, task);
            try (var watch = metrics.began(call)) {
                ObjectNode answer = answer(route, task, rows(call, caller.presence(), watch), caller.request(), call);
                watch.answered();
                return answer;
            }
        }
    }

    private static Encoders.Place place(Encoders encoders, byte[] body) {
        try {
            return encoders.reserve(Bodies.tokens(body));
        } catch (RuntimeException e) {
            throw ApiException.of(e);
        }
    }

    private static Call submit(Encoders.Place place, ServedEncoder encoder, EncoderTask task) {
        try {
            return place.submit(encoder, task.sequences());
        } catch (RuntimeException e) {
            throw ApiException.of(e);
        }
    }

    private static List<float[]> rows(Call call, Presence presence, EncoderMetrics.Watch watch)
            throws InterruptedException {
        presence.watch();
        try {
            @Nullable List<float[]> rows = null;
            while (rows == null) {
                if (!presence.isThere()) {
                    watch.left();
                    throw new GoneException("the caller closed the connection");
                }
                rows = call.await(LOOK_MILLIS);
            }
            for (float[] row : rows) {
                for (float number : row) {
                    if (!Float.isFinite(number)) {
                        throw ApiException.of(
                                500, "not_finite", "the model's numbers overflowed; its weights may be damaged");
                    }
                }
            }
            return rows;
        } catch (ApiException | GoneException e) {
            throw e;
        } catch (RuntimeException e) {
            throw ApiException.of(e);
        } finally {
            call.cancel();
        }
    }

    private static ObjectNode answer(
            EncoderRoute route, EncoderTask task, List<float[]> rows, String request, Call call) {
        ObjectNode answer = JsonNodeFactory.instance
                .objectNode()
                .put("id", route.prefix() + request)
                .put("created", System.currentTimeMillis() / 1000)
                .put("model", call.encoder().name());
        task.write(rows, answer);
        answer.putObject("usage").put("prompt_tokens", call.tokens()).put("total_tokens", call.tokens());
        return answer;
    }
}
