package dev.mokha.bench;

import dev.mokha.language.generate.Ending;
import dev.mokha.language.generate.Sampler;
import dev.mokha.language.generate.Sampling;
import dev.mokha.serve.draft.Draft;
import dev.mokha.serve.engine.Engine;
import dev.mokha.serve.engine.EngineOptions;
import dev.mokha.serve.engine.EngineOptions.Speculation;
import dev.mokha.serve.engine.Reader;
import dev.mokha.serve.engine.Request;
import dev.mokha.serve.kernel.Arithmetic;
import dev.mokha.serve.kernel.KeyValueType;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/// Decoding with and without drafts, in turns, one user, greedily: tokens a second behind the first token. The
/// texts have to be equal.
///
///     java … dev.mokha.bench.SpeculationBench MODEL PROMPTS LENGTH COUNT ROUNDS DRAFTS…
///
/// PROMPTS are gzipped JSON lines with a field `prompt`, of which the first LENGTH tokens are taken; COUNT of
/// them are continued by 100 tokens, ROUNDS times. DRAFTS are such as `lookup`, `draft=FOLDER`, `early=4`,
/// `draft=FOLDER,tree=2`, `lookup,draft=FOLDER,tokens=6`, each measured against none.
public final class SpeculationBench {
    private static final int TOKENS = 100;

    private SpeculationBench() {}

    /// @param arguments as above
    public static void main(String[] arguments) throws IOException {
        Path model = Path.of(arguments[0]);
        int length = Integer.parseInt(arguments[2]);
        int count = Integer.parseInt(arguments[3]);
        int rounds = Integer.parseInt(arguments[4]);
        List<String> texts = JsonLines.read(Path.of(arguments[1]), "prompt").subList(0, count);
        var names = new ArrayList<>(List.of("none"));
        names.addAll(Arrays.asList(arguments).subList(5, arguments.length));
        var runs = new ArrayList<Run>();
        try {
            for (String name : names) {
                runs.add(new Run(name, Engine.open(model, options(name))));
            }
            List<int[]> prompts = texts.stream()
                    .map(text -> runs.getFirst().engine.tokenizer().encodeIds(text))
                    .map(ids -> Arrays.copyOf(ids, Math.min(length, ids.length)))
                    .toList();
            runs.forEach(run -> run.answer(prompts.getFirst())); // warm-up
            runs.forEach(run -> run.answer(prompts.getFirst()));
            runs.forEach(Run::forget);
            for (int round = 0; round < rounds; round++) {
                runs.forEach(Run::begin);
                for (int[] prompt : prompts) {
                    int[] plain = runs.getFirst().answer(prompt);
                    for (Run run : runs.subList(1, runs.size())) {
                        if (!Arrays.equals(plain, run.answer(prompt))) {
                            throw new IllegalStateException(run.name + " wrote another text");
                        }
                    }
                }
            }
            report(runs, System.out);
        } finally {
            runs.forEach(run -> run.engine.close());
        }
    }

    private static EngineOptions options(String name) {
        return EngineOptions.DEFAULT
                .withCompute(compute -> compute.withArithmetic(Arithmetic.EXACT))
                .withMemory(memory -> memory.withKeyValues(KeyValueType.F32, 256L << 20))
                .withSpeculation(_ -> speculation(name));
    }

    private static Speculation speculation(String name) {
        Speculation speculation = Speculation.NONE;
        for (String part : name.split(",", -1)) {
            String value = part.substring(part.indexOf('=') + 1);
            speculation = switch (part.split("=", 2)[0]) {
                case "none" -> speculation;
                case "lookup" -> speculation.with(new Draft.Lookup());
                case "draft" -> speculation.with(new Draft.Model(Path.of(value)));
                case "early" -> speculation.with(new Draft.EarlyLayers(Integer.parseInt(value)));
                case "tree" -> speculation.withBranches(Integer.parseInt(value));
                case "tokens" -> speculation.withTokens(Integer.parseInt(value));
                case "always" -> speculation.withAdaptive(false);
                default -> throw new IllegalArgumentException(part + " is none of the drafts that are measured");
            };
        }
        return speculation;
    }

    private static void report(List<Run> runs, PrintStream out) {
        Run plain = runs.getFirst();
        for (Run run : runs) {
            double[] ratios = IntStream.range(0, run.rounds.size())
                    .mapToDouble(
                            i -> run.rounds.get(i).speed() / plain.rounds.get(i).speed())
                    .sorted()
                    .toArray();
            double[] speeds =
                    run.rounds.stream().mapToDouble(Round::speed).sorted().toArray();
            out.printf(
                    Locale.ROOT,
                    "%-40s %7.1f tokens/s (%.1f..%.1f), %.2f times none (%.2f..%.2f), %.0f %% of %d drafts right%n",
                    run.name,
                    speeds[speeds.length / 2],
                    speeds[0],
                    speeds[speeds.length - 1],
                    ratios[ratios.length / 2],
                    ratios[0],
                    ratios[ratios.length - 1],
                    100.0 * run.accepted / Math.max(1, run.drafted),
                    run.drafted);
        }
    }

    /// One round's tokens behind the first ones.
    private static final class Round {
        private long tokens;
        private long nanos;

        private double speed() {
            return 1e9 * tokens / nanos;
        }
    }

    private static final class Run {
        private final String name;
        private final Engine engine;
        private final List<Round> rounds = new ArrayList<>(List.of(new Round()));
        private long drafted;
        private long accepted;

        Run(String name, Engine engine) {
            this.name = name;
            this.engine = engine;
        }

        void begin() {
            rounds.add(new Round());
        }

        void forget() {
            rounds.clear();
            drafted = 0;
            accepted = 0;
        }

        int[] answer(int[] prompt) {
            var sampling =
                    Sampling.greedy(TOKENS).withEnding(Ending.after(TOKENS).withoutEndOfText());
            var done = new CompletableFuture<Reader.Usage>();
            var ids = IntStream.builder();
            engine.submit(Request.of(prompt, sampling), new Reader() {
                @Override
                public void token(int answer, String text, Sampler.Choice choice) {
                    ids.add(choice.id());
                }

                @Override
                public void done(Usage usage) {
                    done.complete(usage);
                }

                @Override
                public void failed(RuntimeException cause) {
                    done.completeExceptionally(cause);
                }
            });
            Reader.Usage usage = done.join();
            rounds.getLast().tokens += usage.newTokens() - 1;
            rounds.getLast().nanos += usage.totalNanos() - usage.firstTokenNanos();
            drafted += usage.drafted();
            accepted += usage.accepted();
            return ids.build().toArray();
        }
    }
}
