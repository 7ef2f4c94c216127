package dev.mokha.bench;

import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.language.source.ModelSource;
import dev.mokha.nn.PeftFolder;
import dev.mokha.serve.adapter.Adapter;
import dev.mokha.serve.adapter.AdapterFolder;
import dev.mokha.serve.kernel.Arithmetic;
import dev.mokha.serve.kernel.KeyValueType;
import dev.mokha.serve.kernel.NativeKernels;
import dev.mokha.serve.kernel.Team;
import dev.mokha.serve.model.FolderWeights;
import dev.mokha.serve.model.GgufSource;
import dev.mokha.serve.model.KeyValueStore;
import dev.mokha.serve.model.PackedDecoder;
import dev.mokha.serve.model.StepRows;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Rng;
import dev.mokha.tensor.Safetensors;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Tokens a second of 16 users who share one base model and have 0, 1, 4 or 16 adapters among them, of rank 8
/// and 16 in all seven projections, in bfloat16; against as many merged models, of which each computes its
/// own users alone. And a prompt of 512 tokens with and without an adapter. In turns; medians.
///
///     java … dev.mokha.bench.AdapterBench MODEL ARITHMETIC TURNS
///
/// Adapters are drawn at random. A merged model has the size and the speed of the base model, so its passes are
/// measured on that.
public final class AdapterBench {
    private static final int USERS = 16;
    private static final int TOKENS = 24;
    private static final int BEHIND = 64;
    private static final int PROMPT = 512;
    private static final List<Integer> COUNTS = List.of(0, 1, 4, 16);
    private static final List<Integer> RANKS = List.of(8, 16);

    private final PackedDecoder decoder;
    private final KeyValueStore store;
    private final int[] tokens;
    private final Map<String, List<Double>> figures = new LinkedHashMap<>();

    private AdapterBench(PackedDecoder decoder, KeyValueStore store) {
        this.decoder = decoder;
        this.store = store;
        this.tokens =
                new Random(1).ints(PROMPT, 0, decoder.config().vocabSize()).toArray();
    }

    /// @param arguments as above
    public static void main(String[] arguments) throws IOException {
        Path path = Path.of(arguments[0]);
        var arithmetic = Arithmetic.valueOf(arguments[1].toUpperCase(Locale.ROOT));
        int turns = Integer.parseInt(arguments[2]);
        var kernels = Objects.requireNonNull(NativeKernels.load(), "this machine has no kernels in C");
        try (var team = new Team(Runtime.getRuntime().availableProcessors());
                var source = ModelSource.open(path);
                var weights = switch (source) {
                    case ModelSource.Folder folder -> new FolderWeights(folder.path());
                    case ModelSource.Gguf gguf -> new GgufSource(gguf.model());
                };
                var decoder = new PackedDecoder(weights, kernels, team, arithmetic, PROMPT, 1024);
                var store = new KeyValueStore(decoder.config(), KeyValueType.F16, 8 * USERS)) {
            var bench = new AdapterBench(decoder, store);
            Map<Integer, List<Adapter>> adapters = new LinkedHashMap<>();
            for (int rank : RANKS) {
                adapters.put(rank, drawn(decoder.config(), rank));
            }
            bench.turn(adapters); // warm-up
            bench.figures.clear();
            for (int turn = 0; turn < turns; turn++) {
                bench.turn(adapters);
            }
            bench.print(System.out);
            adapters.values().forEach(some -> some.forEach(Adapter::close));
        }
    }

    private static List<Adapter> drawn(DecoderConfig config, int rank) throws IOException {
        var adapters = new ArrayList<Adapter>();
        for (int seed = 0; seed < USERS; seed++) {
            Path folder = Files.createTempDirectory("adapter");
            write(folder, config, rank, seed);
            try (var opened = AdapterFolder.open(folder, config)) {
                adapters.add(opened.pack());
            }
            Files.delete(folder.resolve(PeftFolder.CONFIG));
            Files.delete(folder.resolve(PeftFolder.WEIGHTS));
            Files.delete(folder);
        }
        return adapters;
    }

    private static void write(Path folder, DecoderConfig config, int rank, int seed) throws IOException {
        int hidden = config.hiddenSize();
        int wide = config.intermediateSize();
        int queries = config.numAttentionHeads() * config.headDim();
        int keys = config.numKeyValueHeads() * config.headDim();
        Map<String, int[]> shapes = new LinkedHashMap<>(); // inputs, outputs
        shapes.put("self_attn.q_proj", new int[] {hidden, queries});
        shapes.put("self_attn.k_proj", new int[] {hidden, keys});
        shapes.put("self_attn.v_proj", new int[] {hidden, keys});
        shapes.put("self_attn.o_proj", new int[] {queries, hidden});
        shapes.put("mlp.gate_proj", new int[] {hidden, wide});
        shapes.put("mlp.up_proj", new int[] {hidden, wide});
        shapes.put("mlp.down_proj", new int[] {wide, hidden});
        Files.writeString(folder.resolve(PeftFolder.CONFIG), """
                {"peft_type": "LORA", "r": %d, "lora_alpha": 16, "target_modules": ["q_proj", "k_proj", "v_proj",
                "o_proj", "gate_proj", "up_proj", "down_proj"]}
                """.formatted(rank));
        try (var rng = new Rng(seed);
                var _ = Scope.open("adapter")) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            for (int layer = 0; layer < config.numHiddenLayers(); layer++) {
                for (var shape : shapes.entrySet()) {
                    String at = "model.layers." + layer + "." + shape.getKey();
                    tensors.put(
                            PeftFolder.nameOfA(at),
                            rng.normal(0, 0.02, rank, shape.getValue()[0]).to(DType.BFLOAT16));
                    tensors.put(
                            PeftFolder.nameOfB(at),
                            rng.normal(0, 0.02, shape.getValue()[1], rank).to(DType.BFLOAT16));
                }
            }
            Safetensors.write(folder.resolve(PeftFolder.WEIGHTS), tensors, Map.of());
        }
    }

    private void turn(Map<Integer, List<Adapter>> adapters) {
        for (int count : COUNTS) {
            for (int rank : RANKS) {
                List<Adapter> some = Objects.requireNonNull(adapters.get(rank)).subList(0, count);
                put("rank " + rank, count, USERS * TOKENS / seconds(() -> decode(some, USERS)));
            }
            int models = Math.max(1, count);
            put(
                    "merged",
                    count,
                    USERS
                            * TOKENS
                            / seconds(() -> {
                                for (int model = 0; model < models; model++) {
                                    decode(List.of(), USERS / models);
                                }
                            }));
        }
        for (int rank : RANKS) {
            Adapter one = Objects.requireNonNull(adapters.get(rank)).getFirst();
            put("prompt, rank " + rank, 1, PROMPT / seconds(() -> prompt(one)));
        }
        put("prompt", 0, PROMPT / seconds(() -> prompt(null)));
    }

    private static double seconds(Runnable work) {
        long begin = System.nanoTime();
        work.run();
        return (System.nanoTime() - begin) / 1e9;
    }

    private void decode(List<Adapter> adapters, int users) {
        for (int i = 0; i < TOKENS; i++) {
            var slices = new ArrayList<StepRows.Slice>();
            for (int user = 0; user < users; user++) {
                int group = adapters.isEmpty() ? 0 : user * adapters.size() / users; // who has the same stands together
                slices.add(slice(
                        new int[] {tokens[(7 * user + i) % PROMPT]},
                        BEHIND + i,
                        8 * user,
                        adapters.isEmpty() ? null : adapters.get(group)));
            }
            decoder.step(new StepRows(slices, users, IntStream.range(0, users).toArray()), store);
        }
    }

    private void prompt(@Nullable Adapter adapter) {
        decoder.step(new StepRows(List.of(slice(tokens, 0, 0, adapter)), 0, new int[] {PROMPT - 1}), store);
    }

    private static StepRows.Slice slice(int[] tokens, int position, int block, @Nullable Adapter adapter) {
        int blocks = (position + tokens.length + 15) / 16;
        int[] table = IntStream.range(block, block + blocks).toArray();
        return new StepRows.Slice(tokens, position, table, adapter);
    }

    private void put(String what, int count, double tokensPerSecond) {
        figures.computeIfAbsent(what + " " + count, _ -> new ArrayList<>()).add(tokensPerSecond);
    }

    private void print(PrintStream out) {
        out.println("| 16 users, tokens a second | rank 8 | rank 16 | merged models |");
        out.println("|---|---|---|---|");
        for (int count : COUNTS) {
            out.printf(
                    Locale.ROOT,
                    "| %d adapters | %s | %s | %s |%n",
                    count,
                    shown("rank 8", count),
                    shown("rank 16", count),
                    shown("merged", count));
        }
        out.printf(
                Locale.ROOT,
                "| prompt of %d, one adapter | %s | %s | %s |%n",
                PROMPT,
                shown("prompt, rank 8", 1),
                shown("prompt, rank 16", 1),
                shown("prompt", 0));
    }

    private String shown(String what, int count) {
        List<Double> all = Objects.requireNonNull(figures.get(what + " " + count), what).stream()
                .sorted()
                .toList();
        double median = (all.get((all.size() - 1) / 2) + all.get(all.size() / 2)) / 2;
        return String.format(Locale.ROOT, "%.0f (%.0f..%.0f)", median, all.getFirst(), all.getLast());
    }
}
