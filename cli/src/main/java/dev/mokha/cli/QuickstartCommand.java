package dev.mokha.cli;

import dev.mokha.language.quickstart.Quickstart;
import dev.mokha.language.quickstart.Samples;
import dev.mokha.nn.fit.StopSignal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `mokha quickstart`: the main job, small but whole.
@Command(
        name = "quickstart",
        description = {
            "Teaches a small English model Arabic, offline, on text that the repository ships.",
            "Arabic vocabulary, embeddings, continued pretraining, fine-tuning, both languages measured before and after,"
                    + " a Hugging Face folder and a report. Ctrl-C is safe: the same command goes on."
        },
        footer = {"  mokha quickstart", "  mokha quickstart --budget 20m --control --out runs/long"})
final class QuickstartCommand implements Callable<Integer> {
    @Option(
            names = "--budget",
            paramLabel = "TIME",
            defaultValue = "8m",
            converter = Durations.class,
            description = "The time to aim at; decides at the first run how much is trained.")
    private Duration budget;

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            defaultValue = "runs/quickstart",
            description = "Where everything goes.")
    private Path out;

    @Option(names = "--control", description = "Also trains on Arabic alone, to show what the mixture prevents.")
    private boolean control;

    @Option(
            names = "--samples",
            paramLabel = "FOLDER",
            description = "The texts and the base model; else the checkout's.")
    private @Nullable Path samples;

    @Option(names = "--seed", defaultValue = "42", description = "Equal seeds and plans give equal weights.")
    private long seed;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        var result = spec.commandLine().getOut();
        var err = spec.commandLine().getErr();
        Path folder = samples == null ? Path.of(System.getProperty("mokha.root", "."), "samples") : samples;
        var settings = new Quickstart.Settings(new Samples(folder), out, budget, control, seed);
        RunFile.begin(out, spec, Map.of("seed", seed), Set.of("--budget", "--control"));
        var stop = new StopSignal();
        var quickstart = new Quickstart(settings, new StageLines(err), stop);
        try (var _ = Interrupts.raising(stop, err)) {
            if (!quickstart.run()) {
                err.println("stopped; the same command goes on from here");
                return Main.INTERRUPTED;
            }
        }
        result.println("report  " + quickstart.reportFile());
        result.println("model   " + quickstart.modelFolder());
        result.println("to chat with it:  ./mokha chat " + quickstart.modelFolder());
        result.flush();
        return ExitCode.OK;
    }
}
