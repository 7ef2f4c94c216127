package dev.mokha.bench;

import dev.mokha.language.gguf.GgufModel;
import dev.mokha.serve.kernel.Arithmetic;
import dev.mokha.serve.kernel.KeyValueType;
import dev.mokha.serve.kernel.NativeKernels;
import dev.mokha.serve.kernel.Team;
import dev.mokha.serve.model.FolderWeights;
import dev.mokha.serve.model.GgufSource;
import dev.mokha.serve.model.KeyValueStore;
import dev.mokha.serve.model.PackedDecoder;
import dev.mokha.serve.model.StepRows;
import dev.mokha.serve.model.WeightSource;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/// One user's prompt and answer, against [Jlama](https://github.com/tjake/Jlama) on the same weights and
/// threads, in turns; medians.
///
///     java … dev.mokha.bench.JlamaBench MODEL ARITHMETIC TURNS JLAMA-JARS JLAMA-FOLDER WORKING ACTIVATIONS
///
/// JLAMA-JARS is a folder with `jlama-core`, `jlama-native` and what they need; JLAMA-FOLDER the same weights
/// as Jlama reads them, and the types it is to compute with (F32 and F32 for BF16 weights, F32 and I8 for its
/// Q4).
public final class JlamaBench {
    private static final int WORDS = 256;
    private static final int TOKENS = 48;

    private final PackedDecoder decoder;
    private final KeyValueStore store;

    private JlamaBench(PackedDecoder decoder, KeyValueStore store) {
        this.decoder = decoder;
        this.store = store;
    }

    /// @param arguments as above
    public static void main(String[] arguments) throws IOException {
        Path path = Path.of(arguments[0]);
        var arithmetic = Arithmetic.valueOf(arguments[1].toUpperCase(Locale.ROOT));
        int turns = Integer.parseInt(arguments[2]);
        int threads = Runtime.getRuntime().availableProcessors();
        var kernels = Objects.requireNonNull(NativeKernels.load(), "this machine has no kernels in C");
        try (var team = new Team(threads);
                var decoder = open(path, kernels, team, arithmetic);
                var store = new KeyValueStore(decoder.config(), KeyValueType.F16, 64);
                var peer = new Peer(command(List.of(arguments).subList(3, 7), threads))) {
            new JlamaBench(decoder, store).run(System.out, turns, peer);
        }
    }

    private static PackedDecoder open(Path path, NativeKernels kernels, Team team, Arithmetic arithmetic)
            throws IOException {
        if (Files.isDirectory(path)) {
            try (WeightSource folder = new FolderWeights(path)) {
                return new PackedDecoder(folder, kernels, team, arithmetic, 512, 1024);
            }
        }
        try (var file = GgufModel.open(path)) {
            return new PackedDecoder(new GgufSource(file), kernels, team, arithmetic, 512, 1024);
        }
    }

    private static List<String> command(List<String> jlama, int threads) {
        var command = new ArrayList<String>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(List.of(
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
                "-cp",
                jlama.get(0) + "/*",
                "bench/peers/JlamaSpeed.java"));
        command.addAll(jlama.subList(1, 4));
        command.add("" + threads);
        return command;
    }

    private void run(PrintStream out, int turns, Peer peer) throws IOException {
        String question = WORDS + " " + TOKENS;
        peer.ask(question); // the first answers are compiled meanwhile
        int length = peer.ask(question).get("prompt_tokens").intValue();
        int[] prompt =
                new Random(1).ints(length, 0, decoder.config().vocabSize()).toArray();
        prompt(prompt);
        List<List<Double>> figures =
                List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (int turn = 0; turn < turns; turn++) {
            figures.get(0).add(length / seconds(() -> prompt(prompt)));
            figures.get(1).add(TOKENS / seconds(() -> answer(prompt)));
            JsonNode theirs = peer.ask(question);
            figures.get(2).add(theirs.get("prompt").doubleValue());
            figures.get(3).add(theirs.get("decode").doubleValue());
        }
        List<Double> m = figures.stream().map(JlamaBench::median).toList();
        out.printf("Jlama computes with: %s%n", peer.about().get("operations").asString());
        out.println("| tokens a second, median | Mokha | Jlama | ratio |");
        out.println("|---|---|---|---|");
        out.printf(
                Locale.ROOT,
                "| prompt of %d | %.1f | %.1f | %.2f |%n",
                length,
                m.get(0),
                m.get(2),
                m.get(0) / m.get(2));
        out.printf(Locale.ROOT, "| answer behind it | %.1f | %.1f | %.2f |%n", m.get(1), m.get(3), m.get(1) / m.get(3));
    }

    private void prompt(int[] tokens) {
        step(tokens, 0, tokens.length - 1, 0);
    }

    private void answer(int[] prompt) {
        for (int i = 0; i < TOKENS; i++) {
            step(new int[] {prompt[i]}, prompt.length + i, 0, 1);
        }
    }

    private void step(int[] tokens, int position, int wanted, int decoding) {
        int[] table = IntStream.range(0, (position + tokens.length + 15) / 16).toArray();
        var slice = new StepRows.Slice(tokens, position, table);
        decoder.step(new StepRows(List.of(slice), decoding, new int[] {wanted}), store);
    }

    private static double seconds(Runnable work) {
        long begin = System.nanoTime();
        work.run();
        return (System.nanoTime() - begin) / 1e9;
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }
}
