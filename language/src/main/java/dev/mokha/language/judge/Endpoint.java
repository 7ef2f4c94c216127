package dev.mokha.language.judge;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import tools.jackson.databind.node.ObjectNode;

/// Where an OpenAI-compatible judge is, and how it is asked. The key is no part of this, so that this can
/// be printed.
///
/// @param base such as `http://localhost:8000/v1`
/// @param model as the endpoint names it
/// @param maxTokens the longest reply
/// @param timeout for one reply, from the request to its last byte
/// @param tries how often a prompt is asked before giving up
/// @param more fields that go into each request as they are, over those of ours; null takes a field out
public record Endpoint(URI base, String model, int maxTokens, Duration timeout, int tries, ObjectNode more) {
    private static final String PATH = "/chat/completions";

    public Endpoint {
        boolean web = "http".equals(base.getScheme()) || "https".equals(base.getScheme());
        if (!web || base.getHost() == null) {
            throw new IllegalArgumentException("'" + base.getScheme() + "' and host '" + base.getHost()
                    + "' make no endpoint; give one such as http://localhost:8000/v1");
        }
        if (base.getUserInfo() != null || base.getQuery() != null || base.getFragment() != null) {
            throw new IllegalArgumentException("the endpoint of " + base.getHost()
                    + " has a password, a query or a fragment in it; a key is read from the environment");
        }
        if (model.isBlank()) {
            throw new IllegalArgumentException("the judge's model needs a name, as the endpoint calls it");
        }
        if (maxTokens < 1 || tries < 1) {
            throw new IllegalArgumentException(
                    "a reply has at least 1 token and a prompt 1 try, not " + maxTokens + " and " + tries);
        }
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("the timeout is above 0, not " + timeout);
        }
        more = more.deepCopy();
    }

    /// {@return the URI of a text}
    /// @throws IllegalArgumentException when it is none; the text, which might hold a password, is not repeated
    public static URI uri(String text) {
        try {
            String cut = text.strip();
            while (cut.endsWith("/")) {
                cut = cut.substring(0, cut.length() - 1);
            }
            return new URI(cut.endsWith(PATH) ? cut.substring(0, cut.length() - PATH.length()) : cut);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(
                    "the endpoint is no URL (" + e.getReason() + "); give one such as http://localhost:8000/v1", e);
        }
    }

    /// {@return where prompts go}
    URI completions() {
        return URI.create(base + PATH);
    }
}
