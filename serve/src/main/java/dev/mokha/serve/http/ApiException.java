package dev.mokha.serve.http;

import dev.mokha.serve.engine.EndedException;
import dev.mokha.serve.engine.RefusedException;
import dev.mokha.serve.engine.UnknownAdapterException;
import dev.mokha.serve.schedule.Admission;
import java.util.Collection;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A request that is answered with an error, in OpenAI's shape.
final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final @Nullable String param;
    private final @Nullable String code;
    private final long retryAfterSeconds;

    private ApiException(
            int status, String message, @Nullable String param, @Nullable String code, long retryAfterSeconds) {
        super(message);
        this.status = status;
        this.param = param;
        this.code = code;
        this.retryAfterSeconds = retryAfterSeconds;
    }

    /// A field is wrong.
    static ApiException field(String name, String message) {
        return new ApiException(400, message, name, "invalid_value", 0);
    }

    /// The request is wrong as a whole, or something about it is.
    static ApiException of(int status, String code, String message) {
        return new ApiException(status, message, null, code, 0);
    }

    /// A field is wrong in a way that has a name.
    static ApiException of(int status, String code, String param, String message) {
        return new ApiException(status, message, param, code, 0);
    }

    /// There is no such model.
    static ApiException noModel(String asked, Collection<String> names) {
        return of(
                404,
                "model_not_found",
                "model",
                "there is no model `" + asked + "` here; there is " + String.join(", ", names));
    }

    /// {@return what the engine said}
    static ApiException of(RuntimeException cause) {
        return switch (cause) {
            case ApiException known -> known;
            case UnknownAdapterException unknown -> // unloaded between the look at its name and this
                new ApiException(404, String.valueOf(unknown.getMessage()), "model", "model_not_found", 0);
            case RefusedException refused -> refused(refused);
            case EndedException ended -> ended(ended);
            case IllegalArgumentException wrong ->
                new ApiException(400, String.valueOf(wrong.getMessage()), null, "invalid_value", 0);
            default -> new ApiException(500, "the server failed: " + cause, null, "internal_error", 0);
        };
    }

    private static ApiException refused(RefusedException refused) {
        String message = String.valueOf(refused.getMessage());
        return switch (refused.reason()) {
            case QUEUE_FULL, QUEUED_TOKENS_FULL ->
                new ApiException(429, message, null, "queue_full", refused.retryAfterSeconds());
            case DRAINING -> draining();
            case TOO_LARGE, DUPLICATE ->
                new ApiException(
                        400,
                        message,
                        null,
                        refused.reason() == Admission.Reason.TOO_LARGE ? "too_large" : "duplicate",
                        0);
        };
    }

    /// The server is about to stop.
    static ApiException draining() {
        return new ApiException(503, "the server is about to stop; ask another one", null, "draining", 5);
    }

    private static ApiException ended(EndedException ended) {
        String message = String.valueOf(ended.getMessage());
        return switch (ended.reason()) {
            case QUEUE_TIMEOUT -> new ApiException(503, message, null, "queue_timeout", 1);
            case TOO_LATE -> new ApiException(503, message, null, "too_late", 1);
            case DONE, CANCELLED, DRAINED -> new ApiException(503, message, null, "draining", 5);
        };
    }

    int status() {
        return status;
    }

    /// {@return when trying again has a chance; 0 where it says nothing}
    long retryAfterSeconds() {
        return retryAfterSeconds;
    }

    private String type() {
        return switch (status) {
            case 401 -> "authentication_error";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 429 -> "rate_limit_error";
            case 500 -> "internal_error";
            case 503 -> "service_unavailable_error";
            default -> "invalid_request_error";
        };
    }

    /// {@return `{"error": {…}}`}
    ObjectNode json() {
        var body = JsonNodeFactory.instance.objectNode();
        body.putObject("error")
                .put("message", getMessage())
                .put("type", type())
                .put("param", param)
                .put("code", code);
        return body;
    }
}
