package dev.mokha.cli;

import dev.mokha.cli.facts.JsonFiles;
import dev.mokha.serve.schedule.LinearCost;
import dev.mokha.serve.simulate.Report;
import dev.mokha.serve.simulate.Setup;
import dev.mokha.serve.simulate.Simulator;
import dev.mokha.serve.simulate.StepLog;
import dev.mokha.serve.simulate.Workload;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `mokha simulate`: what a server would do with requests, before there is one.
@Command(
        name = "simulate",
        description = {
            "Replays requests against the serving engine's scheduler, and says how long they take.",
            "Only a step's time is modelled; orders, memory, sharing and preemptions are the scheduler's own."
        },
        footer = "  mokha simulate --rate 0.2,0.4 --requests 300 --policy first-come,shortest --ttft 5000 --tpot 500")
final class SimulateCommand implements Callable<Integer> {
    @Mixin
    private WorkloadOptions requests;

    @Mixin
    private ServerOptions server;

    @Option(
            names = "--policy",
            split = ",",
            paramLabel = "NAME,…",
            defaultValue = "first-come",
            converter = PolicyChoice.Converter.class,
            description = "Who comes first: first-come, priority, shortest, fair, deadline, deadline-drop.")
    private List<PolicyChoice> policies;

    @Option(
            names = "--cost",
            paramLabel = "FILE",
            description = "Of steps: CSV of measured ones, or JSON of a line's parts. Else a 1 B decoder on two cores.")
    private @Nullable Path cost;

    @Option(
            names = "--fit",
            paramLabel = "FILE",
            description = "Steps that a server measured (`mokha serve --step-log`): fits a line's parts to them, prints"
                    + " them, and simulates with them. A file that ends in .json is read by --cost.")
    private @Nullable Path fit;

    @Option(
            names = "--max-new-tokens",
            paramLabel = "N",
            description = "That every request allows; else the longest answer that comes.")
    private @Nullable Integer maxNewTokens;

    @Option(names = "--drafts", defaultValue = "0", description = "Tokens guessed in each step of a sequence.")
    private int drafts;

    @Option(names = "--acceptance", defaultValue = "0.7", description = "How likely a guess is right.")
    private double acceptance;

    @Option(names = "--seed", defaultValue = "0", description = "Equal seeds give equal requests.")
    private long seed;

    @Option(names = "--json", description = "Prints one JSON object.")
    private boolean json;

    @Option(names = "--plot", paramLabel = "FILE.svg", description = "Where a picture of the times goes.")
    private @Nullable Path plot;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        @Nullable String problem = requests.problem();
        if (problem != null) {
            throw new ParameterException(spec.commandLine(), problem);
        }
        if (cost != null && fit != null) {
            throw new ParameterException(spec.commandLine(), "--fit and --cost say both what steps cost; give one");
        }
        @Nullable Fit fitted = fit == null ? null : Fit.of(fit);
        LinearCost steps =
                fitted != null ? fitted.cost() : cost == null ? ServerOptions.usualCost() : CostFile.read(cost);
        List<SimulationTable.Run> runs = new ArrayList<>();
        for (PolicyChoice policy : policies) {
            for (double load : requests.loads()) {
                Workload workload = requests.at(load, seed);
                int most = maxNewTokens == null ? workload.longestAnswer() : maxNewTokens;
                var setup = new Setup(
                        server.options(steps),
                        steps,
                        server.targets(),
                        most,
                        new Setup.Drafts(drafts, acceptance),
                        seed);
                Report report = Simulator.run(workload, setup, policy.create(steps));
                runs.add(new SimulationTable.Run(policy.toString(), load, workload.rate(), report));
            }
        }
        var table = new SimulationTable(steps, runs);
        if (plot != null) {
            JsonFiles.write(plot, table.svg());
        }
        var out = spec.commandLine().getOut();
        if (json) {
            var answer = table.json();
            if (fitted != null) {
                answer.set("fit", fitted.json());
            }
            out.println(answer.toPrettyString());
        } else {
            if (fitted != null) {
                out.println(fitted.line());
            }
            table.lines().forEach(out::println);
        }
        out.flush();
        return ExitCode.OK;
    }

    /// Parts of a line, and how well they say what was measured.
    private record Fit(LinearCost cost, int steps, double error) {
        static Fit of(Path file) {
            var measured = StepLog.read(file);
            LinearCost cost = LinearCost.fit(measured);
            return new Fit(cost, measured.size(), cost.error(measured));
        }

        String line() {
            return String.format(
                    Locale.ROOT,
                    "fitted to %d steps, %.1f %% off on average: %.3f ms a step, %.4f ms a prompt's token, %.4f ms a"
                            + " new one, %.1f and %.1f ns for what they attend to",
                    steps,
                    100 * error,
                    cost.fixed() / 1e6,
                    cost.prefillToken() / 1e6,
                    cost.decodeToken() / 1e6,
                    cost.prefillContext(),
                    cost.decodeContext());
        }

        ObjectNode json() {
            return JsonNodeFactory.instance.objectNode().put("steps", steps).put("mean_relative_error", error);
        }
    }
}
