package dev.mokha.cli;

import dev.mokha.serve.http.HttpOptions;
import dev.mokha.serve.schedule.Targets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How the server listens, and to whom.
final class HttpFlags {
    private static final double MILLISECOND = 1e6;

    @Option(
            names = "--host",
            defaultValue = "127.0.0.1",
            description = "Address to listen on; 0.0.0.0 lets other machines in.")
    private String host;

    @Option(names = "--port", defaultValue = "8080", description = "To listen on; 0 takes one that is free.")
    private int port;

    @Option(
            names = "--model-name",
            paramLabel = "NAME",
            description = "Under which requests know the model; repeat for several. Else the folder's or file's.")
    private List<String> names = List.of();

    @Option(
            names = "--api-key",
            paramLabel = "KEY",
            description = "That a caller has to show; repeat for several. Else everybody is let in.")
    private List<String> keys = List.of();

    @Option(names = "--api-key-file", paramLabel = "FILE", description = "A key a line.")
    private @Nullable Path keyFile;

    @Option(
            names = "--max-body",
            defaultValue = "16MiB",
            converter = ByteCounts.class,
            paramLabel = "BYTES",
            description = "The longest request.")
    private long maxBody;

    @Option(
            names = "--max-unread",
            defaultValue = "8192",
            paramLabel = "TOKENS",
            description = "Who reads a stream more slowly than it is written, and is so far behind, is cancelled.")
    private int unread;

    @Option(
            names = "--ttft",
            paramLabel = "MS",
            description = "When a first token is due, in milliseconds, for the deadline policies; else any time.")
    private @Nullable Double ttft;

    @Option(names = "--tpot", paramLabel = "MS", description = "When each further token is, for the same.")
    private @Nullable Double tpot;

    /// @param usual the model's name where none is given
    HttpOptions options(String usual) {
        return HttpOptions.local(port, usual)
                .withHost(host)
                .withNames(names.isEmpty() ? List.of(usual) : names)
                .withApiKeys(allKeys())
                .withBounds((int) Math.min(maxBody, Integer.MAX_VALUE - 16), unread)
                .withTargets(new Targets(nanos(ttft), nanos(tpot)));
    }

    /// {@return whether anybody may ask from anywhere}
    boolean isOpenToAll() {
        return allKeys().isEmpty() && !host.startsWith("127.") && !host.equals("localhost") && !host.equals("::1");
    }

    private List<String> allKeys() {
        var all = new ArrayList<>(keys);
        if (keyFile != null) {
            try {
                Files.readAllLines(keyFile).stream()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .forEach(all::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            if (all.isEmpty()) {
                throw new IllegalArgumentException(keyFile + " has no key; write one a line");
            }
        }
        return all;
    }

    private static long nanos(@Nullable Double milliseconds) {
        return milliseconds == null ? Long.MAX_VALUE : Math.max(1, Math.round(milliseconds * MILLISECOND));
    }
}
