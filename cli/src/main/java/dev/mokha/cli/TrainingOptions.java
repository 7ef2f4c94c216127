package dev.mokha.cli;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.language.folder.FolderParts;
import dev.mokha.language.pretrain.Pretrain;
import dev.mokha.nn.fit.Fit;
import dev.mokha.nn.fit.Outcome;
import dev.mokha.nn.fit.StopSignal;
import dev.mokha.nn.optim.Schedule;
import dev.mokha.text.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/// The options of every verb that trains a decoder on text, and the run they describe.
final class TrainingOptions {
    private static final Set<String> FREE = Set.of("--budget", "--checkpoint-every", "--evaluate-every");

    @Option(
            names = "--data",
            required = true,
            paramLabel = DataArgument.LABEL,
            converter = DataArgument.Converter.class,
            description =
                    "Text to train on: JSON lines with a field text, or plain text, gzipped or not, or a folder of"
                            + " such. Repeat for a mixture.")
    private List<DataArgument> data;

    @Option(
            names = "--held-out",
            paramLabel = "NAME=PATH",
            converter = DataArgument.Converter.class,
            description = "Text to measure bits per byte on, never trained on. Repeat for several.")
    private List<DataArgument> heldOut = List.of();

    @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "Where everything goes.")
    private Path out;

    @Option(names = "--steps", required = true, description = "Optimiser steps.")
    private long steps;

    @Option(names = "--context", defaultValue = "256", description = "Tokens in a row.")
    private int context;

    @Option(names = "--batch", defaultValue = "8", description = "Rows in a batch.")
    private int batch;

    @Option(names = "--accumulation", defaultValue = "1", description = "Batches in a step.")
    private int accumulation;

    @Option(names = "--lr", defaultValue = "1e-3", description = "Peak learning rate.")
    private double rate;

    @Option(names = "--lr-floor", defaultValue = "0.1", description = "Last learning rate as a share of the peak.")
    private double floor;

    @Option(names = "--warmup", defaultValue = "50", description = "Steps from 0 to the peak; then half a cosine.")
    private long warmup;

    @Option(names = "--weight-decay", defaultValue = "0.1", description = "Decay of matrices.")
    private double weightDecay;

    @Option(names = "--precision", defaultValue = "float32", description = "Of products: ${COMPLETION-CANDIDATES}.")
    private Fit.Precision precision;

    @Option(names = "--seed", defaultValue = "0", description = "Equal seeds give equal weights.")
    private long seed;

    @Option(
            names = "--budget",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "Stop after this time, such as 10m or 1h30m.")
    private @Nullable Duration budget;

    @Option(names = "--evaluate-every", defaultValue = "200", description = "Steps between evaluations; 0 for the end.")
    private long evaluateEvery;

    @Option(names = "--checkpoint-every", defaultValue = "100", description = "Steps between checkpoints.")
    private long checkpointEvery;

    long seed() {
        return seed;
    }

    Path out() {
        return out;
    }

    List<DataArgument> data() {
        return data;
    }

    /// Writes `run.json`, or refuses a folder with a run of other options.
    void begin(CommandSpec verb, DecoderConfig shape) {
        data.forEach(DataArgument::requireThere);
        heldOut.forEach(DataArgument::requireThere);
        var resolved = new TreeMap<String, Object>(recipe().describe());
        resolved.put("parameters", shape.parameterCount());
        resolved.put("config", shape);
        RunFile.begin(out, verb, resolved, FREE);
    }

    /// Trains, and when all steps are done lets `write` write the model.
    int run(CommandSpec verb, Decoder model, Tokenizer tokenizer, FolderParts parts, Consumer<Path> write) {
        var err = verb.commandLine().getErr();
        var stop = new StopSignal();
        Fit.Result result;
        try (var _ = Interrupts.raising(stop, err)) {
            result = recipe().run(
                            model,
                            tokenizer,
                            EndOfText.of(parts.generation().special(), tokenizer),
                            data.stream().map(DataArgument::source).toList(),
                            heldOut.stream().map(DataArgument::heldOut).toList(),
                            out,
                            FitProgress.on(err, "training"),
                            stop);
        }
        if (result.outcome() == Outcome.STOPPED) {
            err.println("stopped; the same command goes on from here");
            return Main.INTERRUPTED;
        }
        if (result.outcome() == Outcome.DIVERGED) {
            err.println("error: the loss diverged at step " + result.step() + "; try a lower --lr than " + rate);
            return ExitCode.SOFTWARE;
        }
        write.accept(out.resolve("model"));
        verb.commandLine().getOut().println(out.resolve("model"));
        verb.commandLine().getOut().flush();
        return ExitCode.OK;
    }

    private Pretrain recipe() {
        return new Pretrain(
                context,
                batch,
                accumulation,
                steps,
                new Schedule.WarmupCosine(rate, rate * floor, Math.min(warmup, steps), steps),
                weightDecay,
                precision,
                new Fit.Every(10, evaluateEvery, checkpointEvery),
                seed,
                budget);
    }
}
