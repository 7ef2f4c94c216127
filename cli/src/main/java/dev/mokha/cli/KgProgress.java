package dev.mokha.cli;

import dev.mokha.knowledge.lifelong.Checkpoint;
import dev.mokha.knowledge.lifelong.Epoch;
import dev.mokha.knowledge.lifelong.Progress;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;

/// How far the learning of a snapshot is: one line that is written over on a terminal, a line every tenth
/// epoch elsewhere. What is left is told as if all epochs were run; validation may end them sooner.
final class KgProgress implements Progress, AutoCloseable {
    private static final int SELDOM = 10;

    private final PrintWriter err;
    private final int epochs;
    private final boolean terminal = Boolean.getBoolean("mokha.terminal");
    private boolean shown;
    private int snapshot = -1;
    private int first;
    private long began;

    /// @param epochs at most, in a snapshot
    KgProgress(PrintWriter err, int epochs) {
        this.err = err;
        this.epochs = epochs;
    }

    @Override
    public void epoch(Epoch epoch, Supplier<Checkpoint> checkpoint) {
        if (epoch.snapshot() != snapshot) {
            snapshot = epoch.snapshot();
            first = epoch.epoch();
            began = System.nanoTime() - (long) ((epoch.trainSeconds() + epoch.validSeconds()) * 1e9);
        }
        int done = epoch.epoch() + 1;
        if (!terminal && done % SELDOM != 0) {
            return;
        }
        long each = (System.nanoTime() - began) / (done - first);
        String valid = epoch.valid().count() == 0
                ? ""
                : String.format(
                        Locale.ROOT, ", MRR %.4f, best %.4f", epoch.valid().mrr(), epoch.best());
        err.print((terminal ? "\r\033[K" : "") + "snapshot " + snapshot + ": epoch " + done + " of at most " + epochs
                + valid + ", " + Durations.format(Duration.ofNanos(each * (epochs - done))) + " left at most"
                + (terminal ? "" : System.lineSeparator()));
        err.flush();
        shown = terminal;
    }

    /// Takes the line away, so that others may be printed.
    void clear() {
        if (shown) {
            err.print("\r\033[K");
            err.flush();
            shown = false;
        }
    }

    @Override
    public void close() {
        clear();
    }
}
