package dev.mokha.bench;

import dev.mokha.serve.encode.Call;
import dev.mokha.serve.encode.EncodeOptions;
import dev.mokha.serve.encode.Encoders;
import dev.mokha.serve.encode.Head;
import dev.mokha.serve.encode.ServedEncoder;
import dev.mokha.tensor.Engine;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;

/// Texts a second that an encoder turns into vectors, tokens included, against sentence-transformers, in turns.
///
///     java … dev.mokha.bench.EncoderBench FOLDER TEXTS COUNT TURNS PYTHON [OPTION…]
///
/// One user sends a text when the last is answered. Of 16 users each does; of the peer, which is no server,
/// the texts come in batches of 16. `all` are all texts in one request, and in batches of 32. TEXTS has a
/// text a line. OPTION: `int8`, `int8-peer` (torch's dynamic quantisation).
final class EncoderBench {
    private static final int[] USERS = {1, 16, 0};

    private final PrintStream out = System.out;
    private final Encoders encoders;
    private final ServedEncoder encoder;
    private final Head.Vectors head;
    private final List<String> texts;

    private EncoderBench(Encoders encoders, List<String> texts) {
        this.encoders = encoders;
        this.encoder = encoders.all().getFirst();
        this.texts = texts;
        if (!(encoder.head() instanceof Head.Vectors vectors)) {
            throw new IllegalArgumentException(encoder.describe() + " gives no vectors");
        }
        this.head = vectors;
    }

    /// Measures.
    public static void main(String[] args) throws IOException, InterruptedException, ExecutionException {
        List<String> options = Arrays.asList(args).subList(5, args.length);
        var folders = new LinkedHashMap<String, Path>();
        folders.put("encoder", Path.of(args[0]));
        List<String> texts = Files.readAllLines(Path.of(args[1])).stream()
                .filter(text -> !text.isBlank())
                .limit(Integer.parseInt(args[2]))
                .toList();
        List<String> command = new ArrayList<>(
                List.of(args[4], "bench/peers/embed.py", args[0], args[1], args[2], String.valueOf(Engine.threads())));
        if (options.contains("int8-peer")) {
            command.add("int8");
        }
        try (var encoders = Encoders.open(folders, EncodeOptions.DEFAULT.withInt8(options.contains("int8")));
                var peer = new Peer(command)) {
            new EncoderBench(encoders, texts).run(Integer.parseInt(args[3]), peer);
        }
    }

    private void run(int turns, Peer peer) throws IOException, InterruptedException, ExecutionException {
        out.println(encoder.describe() + ", threads " + Engine.threads() + "; " + peer.about());
        compare(peer);
        for (int users : USERS) {
            double[] ours = new double[turns];
            double[] theirs = new double[turns];
            measure(users);
            peer.ask("users " + users);
            for (int turn = 0; turn < turns; turn++) {
                ours[turn] = texts.size() / measure(users);
                theirs[turn] =
                        texts.size() / peer.ask("users " + users).get("seconds").doubleValue();
            }
            Arrays.sort(ours);
            Arrays.sort(theirs);
            out.printf(
                    Locale.ROOT,
                    "%-4s Mokha %s, sentence-transformers %s texts/s, ratio %.2f%n",
                    users == 0 ? "all" : users,
                    range(ours),
                    range(theirs),
                    ours[turns / 2] / theirs[turns / 2]);
        }
    }

    private static String range(double[] sorted) {
        return String.format(
                Locale.ROOT, "%.1f (%.1f..%.1f)", sorted[sorted.length / 2], sorted[0], sorted[sorted.length - 1]);
    }

    /// Both have to say the same before any time counts.
    private void compare(Peer peer) throws IOException, InterruptedException {
        JsonNode expected = peer.ask("vector");
        float[] vector = head.vector(rows(List.of(texts.getFirst())).getFirst(), head.width(), true);
        double difference = 0;
        for (int i = 0; i < vector.length; i++) {
            difference = Math.max(
                    difference,
                    Math.abs(vector[i] - expected.get("vector").get(i).doubleValue()));
        }
        out.printf(Locale.ROOT, "largest difference of a vector's numbers: %.1e%n", difference);
    }

    private List<float[]> rows(List<String> some) throws InterruptedException {
        Call call = encoders.submit(
                encoder,
                some.stream().map(text -> encoder.reader().cut(text, null)).toList());
        List<float[]> rows = call.await(600_000);
        if (rows == null) {
            throw new IllegalStateException("no answer in ten minutes");
        }
        return rows;
    }

    /// {@return seconds for all texts}
    private double measure(int users) throws InterruptedException, ExecutionException {
        long start = System.nanoTime();
        if (users == 0) {
            rows(texts);
        } else {
            var next = new AtomicInteger();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                var all = new ArrayList<Future<?>>();
                for (int user = 0; user < users; user++) {
                    all.add(threads.submit(() -> {
                        for (int i = next.getAndIncrement(); i < texts.size(); i = next.getAndIncrement()) {
                            rows(List.of(texts.get(i)));
                        }
                        return null;
                    }));
                }
                for (Future<?> one : all) {
                    one.get();
                }
            }
        }
        return (System.nanoTime() - start) / 1e9;
    }
}
