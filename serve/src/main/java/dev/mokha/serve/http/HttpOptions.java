package dev.mokha.serve.http;

import dev.mokha.serve.schedule.Targets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How a server listens.
///
/// @param host the address or name to listen on; who names another than a loopback one lets others in
/// @param port to listen on; 0 for any that is free
/// @param names under which the model is known, at least one; answers say the first
/// @param apiKeys one of which a caller has to show; empty lets everybody in
/// @param bodyBytes the longest request
/// @param unread tokens that a caller may be behind before its request is cancelled
/// @param targets when a request's tokens are due, for the policy that looks at it
/// @param adapterRoot below which adapters lie that may be loaded over HTTP; null for none
public record HttpOptions(
        String host,
        int port,
        List<String> names,
        List<String> apiKeys,
        int bodyBytes,
        int unread,
        Targets targets,
        @Nullable Path adapterRoot) {
    /// 16 MiB.
    private static final int USUAL_BODY = 16 << 20;

    private static final int USUAL_UNREAD = 8192;

    public HttpOptions {
        names = List.copyOf(names);
        apiKeys = List.copyOf(apiKeys);
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("a port lies in [0, 65535], not " + port);
        }
        if (names.isEmpty() || names.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException("a model needs a name that is not empty, unlike " + names);
        }
        if (apiKeys.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException("an API key is empty; leave it out to let everybody in");
        }
        if (bodyBytes < 1 || unread < 1) {
            throw new IllegalArgumentException(
                    "a body and what may be unread are at least 1, not " + bodyBytes + " and " + unread);
        }
    }

    /// Of this machine only, under this name.
    public static HttpOptions local(int port, String name) {
        return new HttpOptions(
                "127.0.0.1", port, List.of(name), List.of(), USUAL_BODY, USUAL_UNREAD, Targets.NONE, null);
    }

    /// {@return the same at another address}
    public HttpOptions withHost(String host) {
        return new HttpOptions(host, port, names, apiKeys, bodyBytes, unread, targets, adapterRoot);
    }

    /// {@return the same under these names}
    public HttpOptions withNames(List<String> names) {
        return new HttpOptions(host, port, names, apiKeys, bodyBytes, unread, targets, adapterRoot);
    }

    /// {@return the same for who shows one of these keys}
    public HttpOptions withApiKeys(List<String> apiKeys) {
        return new HttpOptions(host, port, names, apiKeys, bodyBytes, unread, targets, adapterRoot);
    }

    /// {@return the same with other bounds}
    public HttpOptions withBounds(int bodyBytes, int unread) {
        return new HttpOptions(host, port, names, apiKeys, bodyBytes, unread, targets, adapterRoot);
    }

    /// {@return the same with tokens due}
    public HttpOptions withTargets(Targets targets) {
        return new HttpOptions(host, port, names, apiKeys, bodyBytes, unread, targets, adapterRoot);
    }

    /// {@return the same, loading adapters from below a folder for whoever asks}
    public HttpOptions withAdapterRoot(@Nullable Path adapterRoot) {
        return new HttpOptions(host, port, names, apiKeys, bodyBytes, unread, targets, adapterRoot);
    }
}
