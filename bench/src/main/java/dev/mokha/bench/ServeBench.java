package dev.mokha.bench;

import dev.mokha.language.gguf.GgufModel;
import dev.mokha.serve.kernel.Arithmetic;
import dev.mokha.serve.kernel.KeyValueType;
import dev.mokha.serve.kernel.NativeKernels;
import dev.mokha.serve.kernel.Team;
import dev.mokha.serve.model.GgufSource;
import dev.mokha.serve.model.KeyValueStore;
import dev.mokha.serve.model.PackedDecoder;
import dev.mokha.serve.model.StepRows;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// Prompts, one user and many users of a GGUF file, against llama.cpp and its fork ik_llama.cpp on the
/// same file and
/// threads, in turns; medians, and what share of the memory's speed one user's tokens reach.
///
///     java … dev.mokha.bench.ServeBench MODEL.gguf ARITHMETIC TURNS LLAMA-BIN [IK-BIN [IK-OPTIONS…]]
///
/// The folders have `llama-bench` and `llama-batched-bench`. A turn of a peer is one run of its own
/// benchmark, which
/// leaves out loading; ours is the same tokens through [PackedDecoder], behind a warm-up.
public final class ServeBench {
    private static final int PROMPT = 512;
    private static final int TOKENS = 48;
    private static final int BEHIND = 64;
    private static final int BATCHED_TOKENS = 24;
    private static final Pattern SPEED = Pattern.compile("\"avg_ts\": ([0-9.]+)");

    private final int threads = Runtime.getRuntime().availableProcessors();
    private final PrintStream out;
    private final Path model;
    private final PackedDecoder decoder;
    private final KeyValueStore store;
    private final Map<String, List<Double>> figures = new LinkedHashMap<>();
    private final int[] tokens;

    private ServeBench(PrintStream out, Path model, PackedDecoder decoder, KeyValueStore store) {
        this.out = out;
        this.model = model;
        this.decoder = decoder;
        this.store = store;
        this.tokens =
                new Random(1).ints(PROMPT, 0, decoder.config().vocabSize()).toArray();
    }

    /// @param arguments as above
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path path = Path.of(arguments[0]);
        var arithmetic = Arithmetic.valueOf(arguments[1].toUpperCase(Locale.ROOT));
        int turns = Integer.parseInt(arguments[2]);
        var kernels = Objects.requireNonNull(NativeKernels.load(), "this machine has no kernels in C");
        try (var team = new Team(Runtime.getRuntime().availableProcessors());
                var file = GgufModel.open(path);
                var decoder = new PackedDecoder(new GgufSource(file), kernels, team, arithmetic, PROMPT, 2048);
                var store = new KeyValueStore(decoder.config(), KeyValueType.F16, 256)) {
            var bench = new ServeBench(System.out, path, decoder, store);
            bench.ours("warm-up ");
            bench.figures.clear();
            for (int turn = 0; turn < turns; turn++) {
                bench.out.println(decoder.measure(arithmetic));
                bench.ours("Mokha ");
                bench.peer("llama.cpp ", arguments[3], List.of());
                bench.batched("llama.cpp ", arguments[3]);
                if (arguments.length > 4) {
                    bench.peer("ik ", arguments[4], List.of(arguments).subList(5, arguments.length));
                }
            }
            bench.print();
        }
    }

    private void ours(String who) {
        put(who + "prompt", PROMPT / seconds(() -> pass(List.of(slice(tokens, 0, 0)), 0)));
        put(who + "1 user", TOKENS / seconds(() -> decode(1, TOKENS, 0)));
        put(who + "8 users", 8 * BATCHED_TOKENS / seconds(() -> decode(8, BATCHED_TOKENS, BEHIND)));
        put(who + "16 users", 16 * BATCHED_TOKENS / seconds(() -> decode(16, BATCHED_TOKENS, BEHIND)));
    }

    private static double seconds(Runnable work) {
        long begin = System.nanoTime();
        work.run();
        return (System.nanoTime() - begin) / 1e9;
    }

    private void decode(int users, int count, int behind) {
        for (int i = 0; i < count; i++) {
            var slices = new ArrayList<StepRows.Slice>();
            for (int user = 0; user < users; user++) {
                slices.add(slice(new int[] {tokens[(7 * user + i) % PROMPT]}, behind + i, 8 * user));
            }
            pass(slices, users);
        }
    }

    /// A sequence whose blocks begin at one of the store's.
    private static StepRows.Slice slice(int[] tokens, int position, int block) {
        int blocks = (position + tokens.length + 15) / 16;
        return new StepRows.Slice(
                tokens, position, IntStream.range(block, block + blocks).toArray());
    }

    private void pass(List<StepRows.Slice> slices, int decoding) {
        int[] last = decoding > 0 ? IntStream.range(0, decoding).toArray() : new int[] {PROMPT - 1};
        decoder.step(new StepRows(slices, decoding, last), store);
    }

    private void peer(String who, String folder, List<String> options) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(Path.of(folder, "llama-bench").toString(), "-m", model.toString()));
        command.addAll(List.of("-t", "" + threads, "-r", "1", "-o", "json"));
        command.addAll(options);
        put(who + "prompt", speed(command, "-p", "" + PROMPT, "-n", "0"));
        put(who + "1 user", speed(command, "-p", "0", "-n", "" + TOKENS));
    }

    private static double speed(List<String> command, String... more) throws IOException, InterruptedException {
        var all = new ArrayList<>(command);
        all.addAll(List.of(more));
        Matcher matcher = SPEED.matcher(run(all));
        if (!matcher.find()) {
            throw new IOException("no speed in what this printed: " + String.join(" ", all));
        }
        return Double.parseDouble(matcher.group(1));
    }

    private void batched(String who, String folder) throws IOException, InterruptedException {
        String table = run(List.of(
                Path.of(folder, "llama-batched-bench").toString(),
                "-m",
                model.toString(),
                "-t",
                "" + threads,
                "-c",
                "2048",
                "-npp",
                "" + BEHIND,
                "-ntg",
                "" + BATCHED_TOKENS,
                "-npl",
                "8,16"));
        // |    PP |     TG |    B |   N_KV |   T_PP s | S_PP t/s |   T_TG s | S_TG t/s | …
        for (String line :
                table.lines().filter(row -> row.matches("\\|\\s+\\d.*")).toList()) {
            String[] cells = line.split("\\|", -1);
            put(who + cells[3].strip() + " users", Double.parseDouble(cells[8].strip()));
        }
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("this failed: " + String.join(" ", command));
        }
        return printed;
    }

    private void put(String what, double tokensPerSecond) {
        figures.computeIfAbsent(what, _ -> new ArrayList<>()).add(tokensPerSecond);
        out.printf(Locale.ROOT, "%s %.1f%n", what, tokensPerSecond);
    }

    private void print() {
        out.println("| tokens a second, median (least..most) | Mokha | llama.cpp | ratio | ik_llama.cpp | ratio |");
        out.println("|---|---|---|---|---|---|");
        for (String what : List.of("prompt", "1 user", "8 users", "16 users")) {
            double ours = median("Mokha " + what);
            out.printf(Locale.ROOT, "| %s | %s |", what, shown("Mokha " + what));
            for (String peer : List.of("llama.cpp ", "ik ")) {
                boolean there = figures.containsKey(peer + what);
                out.printf(
                        Locale.ROOT,
                        there ? " %s | %.2f |" : " | |",
                        there ? new Object[] {shown(peer + what), ours / median(peer + what)} : new Object[] {});
            }
            out.println();
        }
    }

    private List<Double> sorted(String what) {
        return Objects.requireNonNull(figures.get(what), what).stream().sorted().toList();
    }

    private double median(String what) {
        List<Double> all = sorted(what);
        return (all.get((all.size() - 1) / 2) + all.get(all.size() / 2)) / 2;
    }

    private String shown(String what) {
        List<Double> all = sorted(what);
        return String.format(Locale.ROOT, "%.1f (%.1f..%.1f)", median(what), all.getFirst(), all.getLast());
    }
}
