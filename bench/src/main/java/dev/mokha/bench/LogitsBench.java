package dev.mokha.bench;

import dev.mokha.language.decoder.TokenBatch;
import dev.mokha.language.gguf.GgufModel;
import dev.mokha.nn.Loading;
import dev.mokha.serve.kernel.Arithmetic;
import dev.mokha.serve.kernel.KeyValueType;
import dev.mokha.serve.kernel.NativeKernels;
import dev.mokha.serve.kernel.Team;
import dev.mokha.serve.model.GgufSource;
import dev.mokha.serve.model.KeyValueStore;
import dev.mokha.serve.model.PackedDecoder;
import dev.mokha.serve.model.StepRows;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Scope;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Log-probabilities behind 40 tokens of GGUF files, against float32 on the numbers that their blocks stand
/// for: the engine's arithmetics and llama.cpp's server, the largest difference over the 1,000 tokens that
/// the server says are likeliest.
///
///     java … dev.mokha.bench.LogitsBench LLAMA-SERVER FILE.gguf…
public final class LogitsBench {
    private static final int LENGTH = 40;
    private static final int PORT = 18_990;
    private static final int SMALLEST_VOCABULARY = 4000;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private LogitsBench() {}

    /// @param arguments as above
    public static void main(String[] arguments) throws IOException, InterruptedException {
        PrintStream out = System.out;
        int[] tokens = new Random(4).ints(LENGTH, 5, SMALLEST_VOCABULARY).toArray();
        out.println("| file | llama.cpp | " + String.join(" | ", names()) + " |");
        out.println("|---|---|" + "---|".repeat(names().size()));
        for (String file : List.of(arguments).subList(1, arguments.length)) {
            Path path = Path.of(file);
            Map<Integer, Double> peer = peer(arguments[0], path, tokens);
            try (var model = GgufModel.open(path)) {
                double[] reference = reference(model, tokens);
                out.printf(Locale.ROOT, "| %s | %.4f |", path.getFileName(), largest(peer, reference));
                for (Arithmetic arithmetic : Arithmetic.values()) {
                    double[] ours = ours(model, arithmetic, tokens);
                    Map<Integer, Double> chosen = new LinkedHashMap<>();
                    peer.keySet().forEach(id -> chosen.put(id, ours[id]));
                    out.printf(Locale.ROOT, " %.4f |", largest(chosen, reference));
                }
                out.println();
            }
        }
    }

    private static List<String> names() {
        return Arrays.stream(Arithmetic.values())
                .map(arithmetic -> arithmetic.name().toLowerCase(Locale.ROOT))
                .toList();
    }

    private static double largest(Map<Integer, Double> some, double[] reference) {
        return some.entrySet().stream()
                .mapToDouble(entry -> Math.abs(entry.getValue() - reference[entry.getKey()]))
                .max()
                .orElseThrow();
    }

    private static double[] reference(GgufModel model, int[] tokens) {
        try (var decoder = model.decoder(Loading.forTraining(Device.CPU));
                var _ = Scope.open("reference");
                var _ = Gradients.off()) {
            return logProbs(decoder.forward(TokenBatch.of(tokens))
                    .select(0, 0)
                    .select(0, LENGTH - 1)
                    .toFloats());
        }
    }

    private static double[] ours(GgufModel model, Arithmetic arithmetic, int[] tokens) {
        var kernels = Objects.requireNonNull(NativeKernels.load(), "this machine has no kernels in C");
        try (var team = new Team(2);
                var decoder = new PackedDecoder(new GgufSource(model), kernels, team, arithmetic, LENGTH, 512);
                var store = new KeyValueStore(decoder.config(), KeyValueType.F16, 8)) {
            var slice = new StepRows.Slice(tokens, 0, IntStream.range(0, 3).toArray());
            MemorySegment logits = decoder.step(new StepRows(List.of(slice), 0, new int[] {LENGTH - 1}), store);
            return logProbs(logits.asSlice(0, 4L * decoder.config().vocabSize()).toArray(ValueLayout.JAVA_FLOAT));
        }
    }

    static double[] logProbs(float[] logits) {
        double largest = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            largest = Math.max(largest, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - largest);
        }
        double norm = largest + Math.log(sum);
        return IntStream.range(0, logits.length)
                .mapToDouble(i -> logits[i] - norm)
                .toArray();
    }

    private static Map<Integer, Double> peer(String server, Path model, int[] tokens)
            throws IOException, InterruptedException {
        var command = List.of(
                server, "-m", model.toString(), "-c", "512", "-np", "1", "--host", "127.0.0.1", "--port", "" + PORT);
        Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (var client = HttpClient.newHttpClient()) {
            var body = JSON.createObjectNode()
                    .put("n_predict", 1)
                    .put("n_probs", 1000)
                    .put("temperature", 0)
                    .put("cache_prompt", false);
            body.set("prompt", JSON.valueToTree(tokens));
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + PORT + "/completion"))
                    .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                    .build();
            return likeliest(answer(client, request, process));
        } finally {
            process.destroy();
            process.waitFor();
        }
    }

    /// {@return the server's answer, once it has loaded}
    private static JsonNode answer(HttpClient client, HttpRequest request, Process process)
            throws IOException, InterruptedException {
        while (process.isAlive()) {
            try {
                var response = client.send(request, HttpResponse.BodyHandlers.ofString());
                if (response.statusCode() == 200) {
                    return JSON.readTree(response.body());
                }
            } catch (IOException _) { // it does not listen yet
            }
            Thread.sleep(100);
        }
        throw new IOException("the server ended with " + process.exitValue());
    }

    private static Map<Integer, Double> likeliest(JsonNode answer) {
        Map<Integer, Double> top = new LinkedHashMap<>();
        for (JsonNode one : answer.at("/completion_probabilities/0/top_logprobs")) {
            top.put(one.get("id").asInt(), one.get("logprob").asDouble());
        }
        return top;
    }
}
