package dev.mokha.bench;

import dev.mokha.language.generate.Ending;
import dev.mokha.language.generate.Sampling;
import dev.mokha.serve.engine.Engine;
import dev.mokha.serve.engine.EngineOptions;
import dev.mokha.serve.engine.Request;
import dev.mokha.serve.kernel.Arithmetic;
import dev.mokha.serve.kernel.KeyValueType;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/// The time to the first token of 16 users who come at once with 2,000 tokens each, of which the first 1,800
/// are the same for all: with and without sharing of equal beginnings, nothing being there before; and once
/// more with the beginning there.
///
///     java … dev.mokha.bench.PrefixBench MODEL
public final class PrefixBench {
    private static final int USERS = 16;
    private static final int SHARED = 1800;
    private static final int PROMPT = 2000;
    private static final Sampling FEW =
            Sampling.greedy(4).withEnding(Ending.after(4).withoutEndOfText());

    private PrefixBench() {}

    /// @param arguments as above
    public static void main(String[] arguments) {
        PrintStream out = System.out;
        var options = EngineOptions.DEFAULT
                .withCompute(compute -> compute.withArithmetic(Arithmetic.FAST))
                .withMemory(memory -> memory.withContext(2048).withKeyValues(KeyValueType.F16, 2L << 30));
        Path model = Path.of(arguments[0]);
        double cold;
        try (var engine = Engine.open(model, options.withMemory(memory -> memory.withSharing(false)))) {
            run(engine, 1, 1); // warm-up
            cold = run(engine, USERS, 2);
            out.printf(Locale.ROOT, "without sharing: median first token %.2f s%n", cold);
        }
        try (var engine = Engine.open(model, options)) {
            run(engine, 1, 1);
            double together = run(engine, USERS, 2);
            out.printf(Locale.ROOT, "sharing, all at once: %.2f s (%.1f times less)%n", together, cold / together);
            double there = run(engine, USERS, 3);
            out.printf(Locale.ROOT, "sharing, the beginning there: %.2f s (%.1f times less)%n", there, cold / there);
        }
    }

    /// {@return the median seconds to the first token}
    private static double run(Engine engine, int users, int seed) {
        int vocab = 32_000;
        int[] shared = new Random(users).ints(SHARED, 1, vocab).toArray();
        List<Submitted> done = new ArrayList<>();
        for (int user = 0; user < users; user++) {
            int[] prompt =
                    new Random(1000L * seed + user).ints(PROMPT, 1, vocab).toArray();
            System.arraycopy(shared, 0, prompt, 0, SHARED);
            done.add(Submitted.to(engine, Request.of(prompt, FEW)));
        }
        long[] first = done.stream()
                .mapToLong(usage -> usage.await().firstTokenNanos())
                .sorted()
                .toArray();
        return (first[(first.length - 1) / 2] + first[first.length / 2]) / 2e9;
    }
}
