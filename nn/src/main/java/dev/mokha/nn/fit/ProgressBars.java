package dev.mokha.nn.fit;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/// Progress as a bar with loss, speed and time left, redrawn in place; what is said in between scrolls above it.
final class ProgressBars implements Progress {
    private final PrintStream out;
    private final String name;
    private final int width;
    private final ProgressLines.Pace pace = new ProgressLines.Pace();
    private @Nullable ProgressBar bar;

    ProgressBars(PrintStream out, String name, int width) {
        this.out = out;
        this.name = name;
        this.width = width;
    }

    @Override
    public void begin(long done, long total) {
        bar = new ProgressBarBuilder()
                .setTaskName(name)
                .setInitialMax(total)
                .startsFrom(done, Duration.ZERO)
                .setStyle(ProgressBarStyle.UNICODE_BLOCK)
                .setUpdateIntervalMillis(200)
                .setConsumer(new ConsoleProgressBarConsumer(out, width))
                .setEtaFunction(state -> state.getCurrent() > done
                        ? Optional.of(pace.left(state.getCurrent(), state.getMax()))
                        : Optional.empty())
                .build();
    }

    @Override
    public void step(StepReport report) {
        pace.add(report);
        var bar = Objects.requireNonNull(this.bar, "begin comes before step");
        bar.setExtraMessage(ProgressLines.figures(report, pace));
        bar.stepTo(report.step());
    }

    @Override
    public void evaluated(long step, Map<String, Double> figures) {
        above(ProgressLines.evaluation(step, figures));
    }

    @Override
    public void note(String message) {
        above(message);
    }

    @Override
    public void end(Outcome outcome) {
        close();
        if (outcome != Outcome.FINISHED) {
            out.println(name + ": " + outcome.name().toLowerCase(Locale.ROOT).replace('_', ' '));
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }

    /// Writes over the bar, which is drawn anew on the next line.
    private void above(String message) {
        int blanks = Math.max(0, width - message.length() - name.length() - 2);
        out.println("\r" + name + ": " + message + " ".repeat(blanks));
    }
}
