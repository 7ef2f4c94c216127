package dev.mokha.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Tokens a second that users get who write at once, from servers that run already, in turns: each user sends
/// prompts of its own to `/v1/completions` and waits for the whole answer. Requests are the same for all
/// servers, and no two prompts.
///
///     java … dev.mokha.bench.ServerBench TURNS NAME=URL…
///
/// The first server is compared with each of the others.
public final class ServerBench {
    private static final int[] USERS = {1, 8, 16};
    private static final int PROMPT = 32;
    private static final int ANSWER = 64;
    private static final int VOCABULARY = 30_000;

    private final JsonMapper json = JsonMapper.builder().build();
    private final PrintStream out = System.out;
    private final Map<URI, String> models = new HashMap<>();
    private int sent;

    private ServerBench() {}

    /// @param arguments as above
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Map<String, URI> servers = new LinkedHashMap<>();
        for (String server : Arrays.asList(arguments).subList(1, arguments.length)) {
            int at = server.indexOf('=');
            servers.put(server.substring(0, at), URI.create(server.substring(at + 1)));
        }
        new ServerBench().run(Integer.parseInt(arguments[0]), servers);
    }

    private void run(int turns, Map<String, URI> servers) throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            for (URI server : servers.values()) {
                models.put(server, model(client, server));
                speed(client, server, 4); // warm-up
            }
            out.println("| users | " + String.join(" | ", servers.keySet()) + " | ratios |");
            out.println("|---|" + "---|".repeat(servers.size() + 1));
            for (int users : USERS) {
                Map<String, List<Double>> speeds = new LinkedHashMap<>();
                for (int turn = 0; turn < turns; turn++) {
                    for (var server : servers.entrySet()) {
                        speeds.computeIfAbsent(server.getKey(), _ -> new ArrayList<>())
                                .add(speed(client, server.getValue(), users));
                    }
                }
                print(users, speeds);
            }
        }
    }

    private void print(int users, Map<String, List<Double>> speeds) {
        out.print("| " + users);
        List<Double> medians = new ArrayList<>();
        for (List<Double> each : speeds.values()) {
            each.sort(null);
            medians.add(each.get(each.size() / 2));
            out.printf(Locale.ROOT, " | %.1f (%.1f..%.1f)", medians.getLast(), each.getFirst(), each.getLast());
        }
        List<String> ratios = medians.stream()
                .skip(1)
                .map(other -> String.format(Locale.ROOT, "%.2f", medians.getFirst() / other))
                .toList();
        out.println(" | " + String.join(", ", ratios) + " |");
    }

    /// {@return tokens of answers a second, prompts included in the time}
    private double speed(HttpClient client, URI server, int users) throws IOException, InterruptedException {
        List<HttpRequest> requests = new ArrayList<>();
        for (int user = 0; user < users; user++) {
            requests.add(request(server));
        }
        long begin = System.nanoTime();
        List<CompletableFuture<HttpResponse<String>>> answers = requests.stream()
                .map(request -> client.sendAsync(request, HttpResponse.BodyHandlers.ofString()))
                .toList();
        int tokens = 0;
        for (var answer : answers) {
            HttpResponse<String> response = answer.join();
            if (response.statusCode() != 200) {
                throw new IOException(server + " answered " + response.statusCode() + ": " + response.body());
            }
            JsonNode usage = json.readTree(response.body()).required("usage");
            int written = usage.required("completion_tokens").asInt();
            if (written != ANSWER) {
                throw new IOException(server + " wrote " + written + " tokens, not " + ANSWER);
            }
            tokens += written;
        }
        return tokens / ((System.nanoTime() - begin) / 1e9);
    }

    private String model(HttpClient client, URI server) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(server.resolve("/v1/models")).build();
        String body = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        return json.readTree(body).required("data").required(0).required("id").asString();
    }

    private HttpRequest request(URI server) {
        int[] prompt = new Random(sent++).ints(PROMPT, 1000, VOCABULARY).toArray();
        String body = json.writeValueAsString(Map.of(
                "model",
                models.get(server),
                "prompt",
                prompt,
                "max_tokens",
                ANSWER,
                "temperature",
                0,
                "ignore_eos",
                true));
        return HttpRequest.newBuilder(server.resolve("/v1/completions"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }
}
