package dev.mokha.bench;

import dev.mokha.language.generate.Ending;
import dev.mokha.language.generate.Sampling;
import dev.mokha.language.report.Plot;
import dev.mokha.language.source.ModelSource;
import dev.mokha.serve.engine.Engine;
import dev.mokha.serve.engine.EngineOptions;
import dev.mokha.serve.engine.Reader;
import dev.mokha.serve.engine.Request;
import dev.mokha.serve.kernel.Arithmetic;
import dev.mokha.serve.kernel.KeyValueType;
import dev.mokha.serve.kernel.NativeKernels;
import dev.mokha.serve.kernel.Team;
import dev.mokha.serve.model.KeyValueStore;
import dev.mokha.serve.model.PackedDecoder;
import dev.mokha.serve.model.StepRows;
import dev.mokha.serve.model.WeightSource;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;

/// How the costs of serving grow: a step's time with the users in it and with what they attend to, memory
/// with the context, and a user's waiting with the number of users. Tables to read, and plots into a folder.
///
///     java … dev.mokha.bench.GrowthBench MODEL FOLDER
public final class GrowthBench {
    private static final int[] USERS = {1, 2, 4, 8, 16, 32, 64};
    private static final int[] CONTEXTS = {512, 2048, 8192, 16_384, 32_768};
    private static final int[] POSITIONS = {64, 512, 2048, 4096, 8191};
    private static final int REPEATS = 15;
    private static final int PROMPT = 128;
    private static final int ANSWER = 32;

    private final PrintStream out = System.out;
    private final Path folder;

    private GrowthBench(Path folder) {
        this.folder = folder;
    }

    /// @param arguments as above
    public static void main(String[] arguments) throws IOException {
        var bench = new GrowthBench(Path.of(arguments[1]));
        Path model = Path.of(arguments[0]);
        var kernels = Objects.requireNonNull(NativeKernels.load(), "this machine has no kernels in C");
        try (var source = ModelSource.open(model);
                var weights = WeightSource.of(source);
                var team = new Team(Runtime.getRuntime().availableProcessors());
                var decoder = new PackedDecoder(weights, kernels, team, Arithmetic.BALANCED, 64, 8192)) {
            bench.steps(decoder);
            bench.memory(decoder);
        }
        bench.latency(model);
    }

    private void plot(String name, String x, String y, Map<String, Plot.Line> lines) throws IOException {
        String svg = Plot.lines(x, y, lines).replaceAll("(\\d\\.\\d)\\d+", "$1"); // a tenth of a pixel will do
        Files.writeString(folder.resolve("growth-" + name + ".svg"), svg + "\n");
    }

    private void steps(PackedDecoder decoder) throws IOException {
        var store = new KeyValueStore(decoder.config(), KeyValueType.F16, 64 * 8);
        try (store) {
            out.println("| users in a step | milliseconds | tokens a second |");
            out.println("|---|---|---|");
            List<Double> times = new ArrayList<>();
            step(decoder, store, 64, 64); // warm-up
            for (int users : USERS) {
                double seconds = step(decoder, store, users, 64);
                times.add(1000 * seconds);
                out.printf(Locale.ROOT, "| %d | %.1f | %.1f |%n", users, 1000 * seconds, users / seconds);
            }
            List<Double> users = Arrays.stream(USERS).asDoubleStream().boxed().toList();
            plot("batch", "users in a step", "milliseconds", Map.of("a step", new Plot.Line(users, times)));
        }
        out.println();
        out.println("| positions attended to | milliseconds, F16 | INT8 | INT4 |");
        out.println("|---|---|---|---|");
        Map<KeyValueType, List<Double>> times = new LinkedHashMap<>();
        for (int position : POSITIONS) {
            out.print("| " + (position + 1));
            for (var type : List.of(KeyValueType.F16, KeyValueType.INT8, KeyValueType.INT4)) {
                try (var long8192 = new KeyValueStore(decoder.config(), type, 512)) {
                    double seconds = step(decoder, long8192, 1, position);
                    times.computeIfAbsent(type, _ -> new ArrayList<>()).add(1000 * seconds);
                    out.printf(Locale.ROOT, " | %.1f", 1000 * seconds);
                }
            }
            out.println(" |");
        }
        List<Double> positions =
                Arrays.stream(POSITIONS).asDoubleStream().boxed().toList();
        Map<String, Plot.Line> lines = new LinkedHashMap<>();
        times.forEach((type, each) -> lines.put(type.name(), new Plot.Line(positions, each)));
        plot("context", "positions attended to", "milliseconds of a step", lines);
        out.println();
    }

    /// {@return the median seconds of a step in which each user gets a token}
    private static double step(PackedDecoder decoder, KeyValueStore store, int users, int position) {
        int each = position / KeyValueType.PAGE + 1;
        List<StepRows.Slice> slices = new ArrayList<>();
        for (int user = 0; user < users; user++) {
            int[] table = IntStream.range(user * each, (user + 1) * each).toArray();
            slices.add(new StepRows.Slice(new int[] {7 + user}, position, table));
        }
        int[] wanted = IntStream.range(0, users).toArray();
        double[] seconds = new double[REPEATS];
        decoder.step(new StepRows(slices, users, wanted), store);
        for (int i = 0; i < REPEATS; i++) {
            long begin = System.nanoTime();
            decoder.step(new StepRows(slices, users, wanted), store);
            seconds[i] = (System.nanoTime() - begin) / 1e9;
        }
        Arrays.sort(seconds);
        return seconds[REPEATS / 2];
    }

    private void memory(PackedDecoder decoder) throws IOException {
        out.println("| context of one user | MiB resident, F16 | INT8 | INT4 |");
        out.println("|---|---|---|---|");
        Map<KeyValueType, List<Double>> sizes = new LinkedHashMap<>();
        for (int context : CONTEXTS) {
            out.print("| " + context);
            for (var type : List.of(KeyValueType.F16, KeyValueType.INT8, KeyValueType.INT4)) {
                double before = resident("VmRSS");
                try (var store = new KeyValueStore(decoder.config(), type, context / KeyValueType.PAGE)) {
                    for (int block = 0; block < store.blocks(); block++) {
                        store.block(block).fill((byte) 1); // what nobody wrote to is not there yet
                    }
                    double mib = resident("VmRSS") - before;
                    sizes.computeIfAbsent(type, _ -> new ArrayList<>()).add(mib);
                    out.printf(Locale.ROOT, " | %.1f", mib);
                }
            }
            out.println(" |");
        }
        List<Double> contexts = Arrays.stream(CONTEXTS).asDoubleStream().boxed().toList();
        Map<String, Plot.Line> lines = new LinkedHashMap<>();
        sizes.forEach((type, each) -> lines.put(type.name(), new Plot.Line(contexts, each)));
        plot("memory", "context", "MiB of keys and values, resident", lines);
        out.println();
    }

    /// {@return MiB}
    private static double resident(String what) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith(what + ":"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElseThrow();
    }

    private void latency(Path model) throws IOException {
        var options = EngineOptions.DEFAULT.withMemory(memory -> memory.withContext(512)
                .withKeyValues(KeyValueType.F16, 1L << 30)
                .withSharing(false));
        out.println("| users at once | first token, median s | further token, ms | tokens a second, all |");
        out.println("|---|---|---|---|");
        List<Double> users = new ArrayList<>();
        List<Double> first = new ArrayList<>();
        List<Double> further = new ArrayList<>();
        try (var engine = Engine.open(model, options)) {
            users(engine, 1);
            for (int count : USERS) {
                long begin = System.nanoTime();
                List<Reader.Usage> usages = users(engine, count);
                double seconds = (System.nanoTime() - begin) / 1e9;
                users.add((double) count);
                first.add(median(usages.stream()
                        .mapToDouble(usage -> usage.firstTokenNanos() / 1e9)
                        .toArray()));
                further.add(median(usages.stream()
                        .mapToDouble(usage -> (usage.totalNanos() - usage.firstTokenNanos()) / 1e6 / (ANSWER - 1))
                        .toArray()));
                out.printf(
                        Locale.ROOT,
                        "| %d | %.2f | %.0f | %.1f |%n",
                        count,
                        first.getLast(),
                        further.getLast(),
                        count * ANSWER / seconds);
            }
        }
        plot(
                "first",
                "users at once",
                "first token, median seconds",
                Map.of("first token", new Plot.Line(users, first)));
        plot(
                "further",
                "users at once",
                "milliseconds a token",
                Map.of("further token", new Plot.Line(users, further)));
    }

    private static List<Reader.Usage> users(Engine engine, int count) {
        var random = new Random(count);
        var sampling = Sampling.greedy(ANSWER).withEnding(Ending.after(ANSWER).withoutEndOfText());
        List<Submitted> all = IntStream.range(0, count)
                .mapToObj(_ -> Submitted.to(
                        engine, Request.of(random.ints(PROMPT, 3, 1000).toArray(), sampling)))
                .toList();
        return all.stream().map(Submitted::await).toList();
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return (values[(values.length - 1) / 2] + values[values.length / 2]) / 2;
    }
}
