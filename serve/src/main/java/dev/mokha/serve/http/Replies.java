package dev.mokha.serve.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.node.ObjectNode;

/// Answers in one piece.
final class Replies {
    private Replies() {}

    static void json(ServerResponse response, ObjectNode body) {
        response.header(HeaderNames.CONTENT_TYPE, "application/json")
                .send(body.toString().getBytes(StandardCharsets.UTF_8));
    }

    static void error(ServerResponse response, ApiException e) {
        if (e.retryAfterSeconds() > 0) {
            response.header(HeaderNames.RETRY_AFTER, String.valueOf(e.retryAfterSeconds()));
        }
        response.status(e.status());
        json(response, e.json());
    }

    /// Refuses another method than the one that a path understands.
    static void method(ServerRequest request, ServerResponse response, String allowed) {
        String method = request.prologue().method().text();
        if (!method.equals(allowed)) {
            response.header(HeaderNames.ALLOW, allowed);
            throw ApiException.of(
                    405, "method_not_allowed", method + " is not what this path understands; use " + allowed);
        }
    }
}
