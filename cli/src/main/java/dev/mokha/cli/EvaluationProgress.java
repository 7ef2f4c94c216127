package dev.mokha.cli;

import dev.mokha.cli.facts.Sizes;
import dev.mokha.language.evaluate.Evaluation;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/// How far a task is: a bar with the time left on a terminal, a line every tenth elsewhere.
final class EvaluationProgress implements Evaluation.Progress, AutoCloseable {
    private static final int LINES = 10;

    private final PrintWriter err;
    private @Nullable ProgressBar bar;
    private String task = "";
    private long all;
    private long done;

    EvaluationProgress(PrintWriter err) {
        this.err = err;
    }

    @Override
    public void begins(String task, int requests) {
        this.task = task;
        this.all = requests;
        if (Boolean.getBoolean("mokha.terminal")) {
            var terminal = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
            bar = new ProgressBarBuilder()
                    .setTaskName(task)
                    .setInitialMax(requests)
                    .setStyle(ProgressBarStyle.ASCII)
                    .setConsumer(new ConsoleProgressBarConsumer(terminal, Integer.getInteger("mokha.columns", 100) - 1))
                    .build();
        }
    }

    @Override
    public void done(int more) {
        long before = done;
        done += more;
        if (bar != null) {
            bar.stepBy(more);
        } else if (before * LINES / all < done * LINES / all) {
            err.println(task + ": " + Sizes.count(done) + " of " + Sizes.count(all));
            err.flush();
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
