package dev.mokha.cli;

import dev.mokha.nn.fit.Fit;
import dev.mokha.nn.fit.Progress;
import dev.mokha.nn.fit.StopSignal;
import java.io.PrintWriter;
import picocli.CommandLine.ExitCode;

/// A training as a verb runs it: with a progress bar, until its steps, its budget or a signal end it.
interface Training {
    /// Trains.
    ///
    /// @param stop raised by the first Ctrl-C
    Fit.Result run(Progress progress, StopSignal stop);

    /// Runs a training; {@return the exit code of its end}
    ///
    /// @param name what the progress bar is called
    static int run(PrintWriter err, String name, Training training) {
        var stop = new StopSignal();
        try (var _ = Interrupts.raising(stop, err)) {
            return exitCode(training.run(FitProgress.on(err, name), stop), err);
        }
    }

    private static int exitCode(Fit.Result result, PrintWriter err) {
        return switch (result.outcome()) {
            case STOPPED -> {
                err.println("stopped; the same command goes on from here");
                yield Main.INTERRUPTED;
            }
            case DIVERGED -> {
                err.println("error: the loss diverged at step " + result.step() + "; try a lower rate");
                yield ExitCode.SOFTWARE;
            }
            default -> ExitCode.OK;
        };
    }
}
