package dev.mokha.language.judge;

import java.io.IOException;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A judge behind `POST BASE/chat/completions`, as OpenAI's service and most others take it.
///
/// Asked again, with longer and longer waits or those that `Retry-After` wants: 408, 409, 425, 429, all of
/// 5xx, timeouts, broken connections and bodies that are no JSON. A prompt alone is given up when the
/// endpoint refuses it (400, 413, 422) after it has taken another; everything else ends the run.
public final class EndpointJudge implements Judge {
    private static final long LARGEST = 16 << 20;
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);
    private static final Duration CONNECT = Duration.ofSeconds(20);
    private static final int SHOWN = 200;

    private final Endpoint endpoint;
    private final @Nullable String key;
    private final Pause pause;
    private final HttpClient client;
    private final AtomicBoolean hasAnswered = new AtomicBoolean();

    /// Waits.
    @FunctionalInterface
    interface Pause {
        void of(Duration time) throws InterruptedException;
    }

    /// @param key sent as a bearer token; null for endpoints that want none
    public EndpointJudge(Endpoint endpoint, @Nullable String key) {
        this(endpoint, key, Thread::sleep);
    }

    EndpointJudge(Endpoint endpoint, @Nullable String key, Pause pause) {
        this.endpoint = endpoint;
        this.key = key == null || key.isBlank() ? null : key.strip();
        if (this.key != null && !this.key.chars().allMatch(c -> c >= ' ' && c <= '~')) {
            // said here, since the client would repeat the key in its own words
            throw new IllegalArgumentException("the key holds a character that no HTTP header can; is it whole?");
        }
        this.pause = pause;
        // Redirects are not followed: they would carry the key to another host.
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT)
                .build();
    }

    @Override
    public String name() {
        return endpoint.model();
    }

    @Override
    public String settings() {
        ObjectNode body = body("");
        body.remove("messages");
        return body.toString();
    }

    @Override
    public boolean takesSeveral() {
        return true;
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    /// What became of one try.
    private sealed interface Outcome {
        record Said(Reply reply) implements Outcome {}

        /// @param why for people
        /// @param atLeast how long to wait, as the endpoint wants
        record Again(String why, Duration atLeast) implements Outcome {}
    }

    @Override
    public Reply ask(String prompt) throws InterruptedException {
        String body = body(prompt).toString();
        for (int done = 1; ; done++) {
            switch (once(body)) {
                case Outcome.Said(Reply reply) -> {
                    hasAnswered.set(true);
                    return reply;
                }
                case Outcome.Again(String why, Duration atLeast) -> {
                    if (done >= endpoint.tries() || atLeast.compareTo(LONGEST_WAIT) > 0) {
                        throw new JudgeException("the judge at " + endpoint.base() + " " + why + ", after " + done
                                + (done == 1 ? " try" : " tries")
                                + "; what it has said so far is kept, and the same command goes on from there");
                    }
                    Duration own = Duration.ofSeconds(1L << Math.min(done - 1, 6));
                    pause.of(own.compareTo(atLeast) > 0 ? own : atLeast);
                }
            }
        }
    }

    private ObjectNode body(String prompt) {
        var body = JsonNodeFactory.instance.objectNode();
        body.put("model", endpoint.model());
        body.putArray("messages").addObject().put("role", "user").put("content", prompt);
        body.put("temperature", 0);
        body.put("max_tokens", endpoint.maxTokens());
        for (Map.Entry<String, JsonNode> field : endpoint.more().properties()) {
            if (field.getValue().isNull()) {
                body.remove(field.getKey());
            } else {
                body.set(field.getKey(), field.getValue());
            }
        }
        return body;
    }

    private Outcome once(String body) throws InterruptedException {
        var request = HttpRequest.newBuilder(endpoint.completions())
                .header("Content-Type", "application/json")
                .header("Accept", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (key != null) {
            request.header("Authorization", "Bearer " + key);
        }
        // The client's own timeout ends with the headers; this one lasts to the last byte.
        var handler = HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofString(), LARGEST);
        var coming = client.sendAsync(request.build(), handler);
        try {
            return read(coming.get(endpoint.timeout().toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException _) {
            coming.cancel(true);
            return new Outcome.Again(
                    "gave no answer within " + endpoint.timeout().toSeconds() + " s", Duration.ZERO);
        } catch (ExecutionException e) {
            return broken(e.getCause());
        } catch (InterruptedException e) {
            coming.cancel(true);
            throw e;
        }
    }

    private Outcome broken(@Nullable Throwable cause) {
        for (Throwable at = cause; at != null; at = at.getCause()) {
            if (at instanceof UnknownHostException || at instanceof UnresolvedAddressException) {
                throw new JudgeException(
                        "the judge's host " + endpoint.base().getHost() + " is not known here; is the endpoint right?");
            }
        }
        if (cause instanceof IOException io) {
            String why = io.getMessage() == null ? io.getClass().getSimpleName() : io.getMessage();
            return new Outcome.Again("cannot be reached (" + why + ")", Duration.ZERO);
        }
        throw new JudgeException("the judge at " + endpoint.base() + " cannot be asked", cause);
    }

    private Outcome read(HttpResponse<String> response) {
        int status = response.statusCode();
        if (status == 200) {
            return said(response.body());
        }
        String answered = "answered " + status + told(response.body());
        if (status == 408 || status == 409 || status == 425 || status == 429 || status >= 500) {
            return new Outcome.Again(
                    answered,
                    RetryAfter.read(response.headers().firstValue("Retry-After").orElse(""), Clock.systemUTC()));
        }
        if ((status == 400 || status == 413 || status == 422) && hasAnswered.get()) {
            throw new RefusedException(answered);
        }
        throw new JudgeException("the judge at " + endpoint.base() + " " + answered + wayOut(status));
    }

    private String wayOut(int status) {
        if (status == 401 || status == 403) {
            return key == null ? "; it wants a key, and none was given" : "; it does not take the key that was given";
        }
        if (status == 404) {
            return "; is " + endpoint.completions() + " right, and does it serve a model named '" + endpoint.model()
                    + "'?";
        }
        return status / 100 == 3 ? "; redirects are not followed, give the address it leads to" : "";
    }

    private Outcome said(String body) {
        JsonNode json;
        try {
            json = JsonMapper.shared().readTree(body);
        } catch (JacksonException _) {
            return new Outcome.Again("answered with what is no JSON" + told(body), Duration.ZERO);
        }
        JsonNode choice = json.path("choices").path(0);
        if (!choice.path("message").isObject()) {
            return new Outcome.Again("answered without choices" + told(body), Duration.ZERO);
        }
        return new Outcome.Said(new Reply(
                content(choice.path("message").path("content")),
                choice.path("finish_reason").asString("stop"),
                json.path("usage").path("prompt_tokens").asLong(0),
                json.path("usage").path("completion_tokens").asLong(0)));
    }

    /// A text, or a list of parts with text; nothing where the model refuses to speak.
    private static String content(JsonNode content) {
        if (content.isString()) {
            return content.stringValue();
        }
        var text = new StringBuilder();
        content.forEach(part -> text.append(part.path("text").asString("")));
        return text.toString();
    }

    /// What the endpoint said of an error, on one line, without the key should it repeat it.
    private String told(String body) {
        String text = body;
        try {
            JsonNode error = JsonMapper.shared().readTree(body).path("error");
            text = error.path("message").asString(error.asString(body));
        } catch (JacksonException _) {
            // as it came
        }
        String line = text.strip().replaceAll("\\s+", " ");
        if (key != null) {
            line = line.replace(key, "***");
        }
        return line.isEmpty() ? "" : ": " + (line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "…");
    }
}
