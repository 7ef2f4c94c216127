package dev.mokha.bench;

import dev.mokha.language.generate.Ending;
import dev.mokha.language.generate.Sampling;
import dev.mokha.serve.engine.Engine;
import dev.mokha.serve.engine.EngineOptions;
import dev.mokha.serve.engine.Reader;
import dev.mokha.serve.engine.Request;
import dev.mokha.serve.schedule.FirstCome;
import dev.mokha.serve.schedule.LinearCost;
import dev.mokha.serve.schedule.MemoryOptions;
import dev.mokha.serve.schedule.QueueLimits;
import dev.mokha.serve.schedule.SchedulerOptions;
import dev.mokha.serve.schedule.StepLimits;
import dev.mokha.serve.schedule.Targets;
import dev.mokha.serve.simulate.Arrivals;
import dev.mokha.serve.simulate.Latency;
import dev.mokha.serve.simulate.Lengths;
import dev.mokha.serve.simulate.Report;
import dev.mokha.serve.simulate.Setup;
import dev.mokha.serve.simulate.Simulator;
import dev.mokha.serve.simulate.Workload;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToLongFunction;

/// What the simulator foretells of a server, against the server: steps are measured under one load, a line is
/// fitted to them, and other requests, at other rates, are simulated with it and then sent to the engine as
/// they come.
///
///     java … dev.mokha.bench.SimulateBench MODEL FIT-RATE RATE…
public final class SimulateBench {
    private static final int REQUESTS = 40;
    private static final Lengths PROMPTS = new Lengths.Uniform(32, 384);
    private static final Lengths ANSWERS = new Lengths.Uniform(8, 64);

    private final PrintStream out = System.out;
    private final Engine engine;
    private final List<LinearCost.Measured> steps;

    private SimulateBench(Engine engine, List<LinearCost.Measured> steps) {
        this.engine = engine;
        this.steps = steps;
    }

    /// @param arguments as above
    public static void main(String[] arguments) {
        List<LinearCost.Measured> steps = Collections.synchronizedList(new ArrayList<>());
        var options = EngineOptions.DEFAULT
                .withMemory(memory -> memory.withContext(512))
                .withWatch((shape, nanos) -> steps.add(new LinearCost.Measured(shape, nanos)));
        try (var engine = Engine.open(Path.of(arguments[0]), options)) {
            new SimulateBench(engine, steps).run(List.of(arguments).subList(1, arguments.length));
        }
    }

    private void run(List<String> rates) {
        send(workload(Double.parseDouble(rates.getFirst()), 1)); // warm-up
        steps.clear();
        send(workload(Double.parseDouble(rates.getFirst()), 2));
        LinearCost cost = LinearCost.fit(List.copyOf(steps));
        out.printf(
                Locale.ROOT,
                "fitted at %s requests a second to %d steps, %.1f %% off on average: %s%n%n",
                rates.getFirst(),
                steps.size(),
                100 * cost.error(steps),
                cost);
        out.println("| requests a second | | measured: mean | p50 | p95 | foretold: mean | p50 | p95 | off by |");
        out.println("|---|---|---|---|---|---|---|---|---|");
        for (String rate : rates.subList(1, rates.size())) {
            Workload workload = workload(Double.parseDouble(rate), 3);
            var load = EngineOptions.DEFAULT.load();
            var limits = StepLimits.of(load.stepTokens(), load.sequences());
            var scheduler =
                    new SchedulerOptions(MemoryOptions.of(engine.facts().blocks()), limits, QueueLimits.DEFAULT);
            var setup = new Setup(scheduler, cost, Targets.NONE, ANSWERS.most(), Setup.Drafts.NONE, 0);
            Report.Times foretold =
                    Simulator.run(workload, setup, new FirstCome()).times();
            List<Reader.Usage> measured = send(workload);
            row(rate, "first token", seconds(measured, Reader.Usage::firstTokenNanos), foretold.firstToken());
            row(rate, "whole answer", seconds(measured, Reader.Usage::totalNanos), foretold.whole());
            row(rate, "further token", seconds(measured, SimulateBench::perToken), foretold.perToken());
        }
    }

    private static long perToken(Reader.Usage usage) {
        return (usage.totalNanos() - usage.firstTokenNanos()) / Math.max(1, usage.newTokens() - 1);
    }

    private static Workload workload(double rate, long seed) {
        var recipe = new Workload.Recipe(new Arrivals.Poisson(rate), PROMPTS, ANSWERS, 1, 0, 0);
        return Workload.draw(recipe, REQUESTS, seed);
    }

    /// Sends requests when they are due.
    private List<Reader.Usage> send(Workload workload) {
        var random = new Random(5);
        List<Submitted> sent = new ArrayList<>();
        long begin = System.nanoTime();
        for (var request : workload.requests()) {
            int[] prompt = random.ints(request.promptTokens(), 3, 1000).toArray();
            int tokens = request.newTokens();
            var sampling =
                    Sampling.greedy(tokens).withEnding(Ending.after(tokens).withoutEndOfText());
            for (long left = 1; left > 0; left = begin + request.arrival() - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            sent.add(Submitted.to(engine, Request.of(prompt, sampling)));
        }
        return sent.stream().map(Submitted::await).toList();
    }

    private static double[] seconds(List<Reader.Usage> usages, ToLongFunction<Reader.Usage> time) {
        return usages.stream()
                .mapToDouble(usage -> time.applyAsLong(usage) / 1e9)
                .sorted()
                .toArray();
    }

    private void row(String rate, String what, double[] measured, Latency foretold) {
        double mean = Arrays.stream(measured).average().orElseThrow();
        out.printf(
                Locale.ROOT,
                "| %s | %s | %.3f | %.3f | %.3f | %.3f | %.3f | %.3f | %+.0f %% |%n",
                rate,
                what,
                mean,
                at(measured, 0.5),
                at(measured, 0.95),
                foretold.mean(),
                foretold.p50(),
                foretold.p95(),
                100 * (foretold.mean() / mean - 1));
        out.flush();
    }

    private static double at(double[] sorted, double part) {
        return sorted[(int) Math.ceil(part * sorted.length) - 1];
    }
}
