package dev.mokha.bench;

import dev.mokha.language.generate.Ending;
import dev.mokha.language.generate.Sampler;
import dev.mokha.language.generate.Sampling;
import dev.mokha.language.source.ModelSource;
import dev.mokha.serve.engine.Cascade;
import dev.mokha.serve.engine.Engine;
import dev.mokha.serve.engine.EngineOptions;
import dev.mokha.serve.engine.Reader;
import dev.mokha.serve.engine.Request;
import dev.mokha.serve.kernel.Arithmetic;
import dev.mokha.serve.kernel.KeyValueType;
import dev.mokha.serve.kernel.NativeKernels;
import dev.mokha.serve.kernel.Team;
import dev.mokha.serve.model.EarlyExit;
import dev.mokha.serve.model.KeyValueStore;
import dev.mokha.serve.model.PackedDecoder;
import dev.mokha.serve.model.PackedScorer;
import dev.mokha.serve.model.WeightSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// What early exits and cascades gain, and what they lose, in turns with the model alone; one user, greedily,
/// from a request to its last token: tokens a second, how many answers are the model's own, how long they are
/// the same, and what an answer's tokens cost the whole model, in bits.
///
///     java … dev.mokha.bench.ShortcutBench MODEL SMALL PROMPTS LENGTH COUNT ROUNDS KINDS…
///
/// PROMPTS are gzipped JSON lines with a field `prompt`, of which the first LENGTH tokens are taken; COUNT of
/// them are continued by 100 tokens, ROUNDS times. KINDS are `exit=LAYERS@PROBABILITY` and `cascade=LOGP`, with
/// SMALL as the small model; each answer of `small` is that model's alone.
public final class ShortcutBench {
    private static final int TOKENS = 100;

    private ShortcutBench() {}

    /// One kind, and what its answers took.
    private record Kind(String name, BiConsumer<Request, Reader> model, List<Double> speeds, List<int[]> answers) {}

    /// @param arguments as above
    public static void main(String[] arguments) throws IOException {
        Path model = Path.of(arguments[0]);
        int length = Integer.parseInt(arguments[3]);
        int rounds = Integer.parseInt(arguments[5]);
        var names = List.of(arguments).subList(6, arguments.length);
        var engines = new ArrayList<Engine>();
        try {
            Engine whole = opened(engines, model, null);
            Engine small = opened(engines, Path.of(arguments[1]), null);
            var kinds = new ArrayList<Kind>();
            kinds.add(kind("whole", whole::submit));
            kinds.add(kind("small", small::submit));
            for (String name : names) {
                String[] parts = name.split("[=@]", -1);
                if (parts[0].equals("exit")) {
                    var exit = new EarlyExit(Integer.parseInt(parts[1]), Double.parseDouble(parts[2]));
                    kinds.add(kind(name, opened(engines, model, exit)::submit));
                } else {
                    kinds.add(kind(name, new Cascade(small, whole, Double.parseDouble(parts[1]))::submit));
                }
            }
            List<int[]> prompts = JsonLines.read(Path.of(arguments[2]), "prompt").stream()
                    .map(text -> whole.tokenizer().encodeIds(text))
                    .filter(ids -> ids.length >= length)
                    .limit(Integer.parseInt(arguments[4]))
                    .map(ids -> Arrays.copyOf(ids, length))
                    .toList();
            measure(kinds, prompts, 1);
            kinds.forEach(kind -> kind.speeds.clear());
            measure(kinds, prompts, rounds);
            report(model, kinds, prompts);
        } finally {
            engines.forEach(Engine::close);
        }
    }

    private static Kind kind(String name, BiConsumer<Request, Reader> model) {
        return new Kind(name, model, new ArrayList<>(), new ArrayList<>());
    }

    private static Engine opened(List<Engine> engines, Path model, @Nullable EarlyExit exit) {
        var options = EngineOptions.DEFAULT
                .withCompute(compute -> compute.withArithmetic(Arithmetic.EXACT).withExit(exit))
                .withMemory(memory -> memory.withKeyValues(KeyValueType.F32, 256L << 20));
        var engine = Engine.open(model, options);
        engines.add(engine);
        return engine;
    }

    private static void measure(List<Kind> kinds, List<int[]> prompts, int rounds) {
        for (int round = 0; round < rounds; round++) {
            long[] nanos = new long[kinds.size()];
            kinds.forEach(kind -> kind.answers.clear());
            for (int[] prompt : prompts) {
                for (int i = 0; i < nanos.length; i++) {
                    long begin = System.nanoTime();
                    kinds.get(i).answers.add(answer(kinds.get(i), prompt));
                    nanos[i] += System.nanoTime() - begin;
                }
            }
            for (int i = 0; i < nanos.length; i++) {
                kinds.get(i).speeds.add(1e9 * TOKENS * prompts.size() / nanos[i]);
            }
        }
    }

    private static int[] answer(Kind kind, int[] prompt) {
        var sampling = Sampling.greedy(TOKENS).withEnding(Ending.after(TOKENS).withoutEndOfText());
        var done = new CompletableFuture<int[]>();
        var ids = IntStream.builder();
        kind.model.accept(Request.of(prompt, sampling), new Reader() {
            @Override
            public void token(int answer, String text, Sampler.Choice choice) {
                ids.add(choice.id());
            }

            @Override
            public void done(Usage usage) {
                done.complete(ids.build().toArray());
            }

            @Override
            public void failed(RuntimeException cause) {
                done.completeExceptionally(cause);
            }
        });
        return done.join();
    }

    private static void report(Path model, List<Kind> kinds, List<int[]> prompts) throws IOException {
        var kernels = Objects.requireNonNull(NativeKernels.load(), "this machine has no kernels in C");
        List<int[]> own = kinds.getFirst().answers;
        try (var source = ModelSource.open(model);
                var weights = WeightSource.of(source);
                var team = new Team(Runtime.getRuntime().availableProcessors());
                var decoder = new PackedDecoder(weights, kernels, team, Arithmetic.EXACT, 512, 512);
                var store = new KeyValueStore(source.config(), KeyValueType.F32, 512 / KeyValueType.PAGE)) {
            var scorer = new PackedScorer(decoder, store);
            for (Kind kind : kinds) {
                double nats = 0;
                int same = 0;
                int equal = 0;
                for (int i = 0; i < prompts.size(); i++) {
                    int[] answer = kind.answers.get(i);
                    int differs = Arrays.mismatch(own.get(i), answer);
                    same += differs < 0 ? 1 : 0;
                    equal += differs < 0 ? answer.length : differs;
                    nats += scorer.nats(List.of(joined(prompts.get(i), answer))) - scorer.nats(List.of(prompts.get(i)));
                }
                double[] sorted = kind.speeds.stream()
                        .mapToDouble(Double::doubleValue)
                        .sorted()
                        .toArray();
                System.out.printf(
                        Locale.ROOT,
                        "%-16s %7.1f tokens/s (%.1f..%.1f), %3d of %d answers the same, the first %.0f tokens, %.3f bits a"
                                + " token%n",
                        kind.name,
                        sorted[sorted.length / 2],
                        sorted[0],
                        sorted[sorted.length - 1],
                        same,
                        prompts.size(),
                        (double) equal / prompts.size(),
                        nats / Math.log(2) / TOKENS / prompts.size());
            }
        }
    }

    private static int[] joined(int[] first, int[] second) {
        return IntStream.concat(Arrays.stream(first), Arrays.stream(second)).toArray();
    }
}
