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
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// One model with some kind of drafts, and what its answers took behind their first tokens.
///
/// Kinds are such as `none`, `lookup`, `draft=FOLDER`, `early=4`, `draft=FOLDER,tree=2`,
/// `lookup,draft=FOLDER,tokens=6`.
final class Speculated implements AutoCloseable {
    private final String name;
    private final Engine engine;
    private final List<Round> rounds = new ArrayList<>();

    private Speculated(String name, Engine engine) {
        this.name = name;
        this.engine = engine;
    }

    /// One round.
    private static final class Round {
        private long tokens;
        private long nanos;
        private long drafted;
        private long accepted;

        private double speed() {
            return 1e9 * tokens / nanos;
        }
    }

    /// {@return the model without drafts, then with each kind}
    static List<Speculated> open(Path model, Arithmetic arithmetic, List<String> kinds) {
        var all = new ArrayList<Speculated>();
        try {
            for (String kind : Stream.concat(Stream.of("none"), kinds.stream()).toList()) {
                all.add(new Speculated(kind, Engine.open(model, options(kind, arithmetic))));
            }
            return all;
        } catch (RuntimeException e) {
            all.forEach(Speculated::close);
            throw e;
        }
    }

    /// Has every kind answer every prompt, in turns, after two answers that do not count.
    ///
    /// @return what the first kind wrote for each prompt, which is what all others wrote
    static List<int[]> inTurns(List<Speculated> kinds, List<int[]> prompts, int rounds, Ending ending) {
        kinds.forEach(Speculated::begin);
        kinds.forEach(kind -> kind.answer(prompts.getFirst(), ending)); // warm-up
        kinds.forEach(kind -> kind.answer(prompts.getFirst(), ending));
        kinds.forEach(kind -> kind.rounds.clear());
        var plain = new ArrayList<int[]>();
        for (int round = 0; round < rounds; round++) {
            kinds.forEach(Speculated::begin);
            plain.clear();
            for (int[] prompt : prompts) {
                int[] expected = kinds.getFirst().answer(prompt, ending);
                plain.add(expected);
                for (Speculated kind : kinds.subList(1, kinds.size())) {
                    if (!Arrays.equals(expected, kind.answer(prompt, ending))) {
                        throw new IllegalStateException(kind.name + " wrote another text");
                    }
                }
            }
        }
        return plain;
    }

    private static EngineOptions options(String kinds, Arithmetic arithmetic) {
        return EngineOptions.DEFAULT
                .withCompute(compute -> compute.withArithmetic(arithmetic))
                .withMemory(memory -> memory.withKeyValues(KeyValueType.F32, 256L << 20))
                .withSpeculation(_ -> speculation(kinds));
    }

    private static Speculation speculation(String kinds) {
        Speculation speculation = Speculation.NONE;
        for (String part : kinds.split(",", -1)) {
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

    /// Prints a line for each kind: medians, the least and the most of the rounds, against the first kind's.
    static void report(List<Speculated> kinds, PrintStream out) {
        Speculated plain = kinds.getFirst();
        for (Speculated kind : kinds) {
            double[] ratios = IntStream.range(0, kind.rounds.size())
                    .mapToDouble(i ->
                            kind.rounds.get(i).speed() / plain.rounds.get(i).speed())
                    .sorted()
                    .toArray();
            double[] speeds =
                    kind.rounds.stream().mapToDouble(Round::speed).sorted().toArray();
            long tokens = kind.rounds.stream().mapToLong(round -> round.tokens).sum();
            long drafted =
                    kind.rounds.stream().mapToLong(round -> round.drafted).sum();
            long accepted =
                    kind.rounds.stream().mapToLong(round -> round.accepted).sum();
            out.printf(
                    Locale.ROOT,
                    "%-40s %7.1f tokens/s (%.1f..%.1f), %.2f times %s (%.2f..%.2f), %.2f tokens a step,"
                            + " %.0f %% of %d drafts right%n",
                    kind.name,
                    speeds[speeds.length / 2],
                    speeds[0],
                    speeds[speeds.length - 1],
                    ratios[ratios.length / 2],
                    plain.name,
                    ratios[0],
                    ratios[ratios.length - 1],
                    (double) tokens / Math.max(1, tokens - accepted),
                    100.0 * accepted / Math.max(1, drafted),
                    drafted);
        }
    }

    Engine engine() {
        return engine;
    }

    private void begin() {
        rounds.add(new Round());
    }

    private int[] answer(int[] prompt, Ending ending) {
        var sampling = Sampling.greedy(ending.maxNewTokens()).withEnding(ending);
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
        Round round = rounds.getLast();
        round.tokens += usage.newTokens() - 1;
        round.nanos += usage.totalNanos() - usage.firstTokenNanos();
        round.drafted += usage.drafted();
        round.accepted += usage.accepted();
        return ids.build().toArray();
    }

    @Override
    public void close() {
        engine.close();
    }
}
