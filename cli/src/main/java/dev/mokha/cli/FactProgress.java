package dev.mokha.cli;

import dev.mokha.cli.facts.Sizes;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/// How far a reading or writing of facts is: a bar with the time left on a terminal, a line every ten
/// seconds elsewhere.
final class FactProgress implements AutoCloseable {
    private static final long SELDOM = Duration.ofSeconds(10).toNanos();

    private final PrintWriter err;
    private final Work work;
    private final LongSupplier nanos;
    private final @Nullable ProgressBar bar;
    private final long began;
    private long shown;
    private long facts;

    /// What there is to do.
    ///
    /// @param all so much, in whatever is counted
    /// @param unit of the bar's figures, and how much of what is counted one of them is
    record Work(String name, long all, String unit, long size) {
        static Work bytes(String name, long all) {
            return new Work(name, all, " MB", 1_000_000);
        }

        static Work facts(String name, long all) {
            return new Work(name, all, "", 1);
        }
    }

    /// Progress on standard error; the launcher knows whether that is a terminal, and how wide.
    FactProgress(PrintWriter err, Work work) {
        this(err, work, System::nanoTime);
    }

    FactProgress(PrintWriter err, Work work, LongSupplier nanos) {
        this.err = err;
        this.work = work;
        this.nanos = nanos;
        this.began = nanos.getAsLong();
        this.shown = began;
        this.bar = Boolean.getBoolean("mokha.terminal") ? bar(work) : null;
    }

    private static ProgressBar bar(Work work) {
        var terminal = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        return new ProgressBarBuilder()
                .setTaskName(work.name())
                .setInitialMax(work.all())
                .setUnit(work.unit(), work.size())
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(200)
                .setConsumer(new ConsoleProgressBarConsumer(terminal, Integer.getInteger("mokha.columns", 100) - 1))
                .build();
    }

    /// A fact passed; {@return how many did}
    long passed() {
        return ++facts;
    }

    /// So much is done, of what was to be done.
    void at(long done) {
        if (bar != null) {
            bar.stepTo(Math.min(done, work.all()));
            bar.setExtraMessage(Sizes.count(facts) + " facts");
        } else if (nanos.getAsLong() - shown >= SELDOM) {
            shown = nanos.getAsLong();
            err.println(line(done));
            err.flush();
        }
    }

    /// Facts and bytes are done, and what follows takes a while.
    void finishing(String what) {
        if (bar != null) {
            bar.stepTo(work.all());
            bar.setExtraMessage(Sizes.count(facts) + " facts, " + what);
        }
    }

    private String line(long done) {
        String text = "%s: %d %%, %s"
                .formatted(
                        work.name(), Math.min(100, 100 * done / Math.max(1, work.all())), Sizes.plural(facts, "fact"));
        if (done <= 0 || done >= work.all()) {
            return text;
        }
        double left = (double) (shown - began) / done * (work.all() - done);
        return text + ", " + Durations.format(Duration.ofNanos((long) left)) + " left";
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
