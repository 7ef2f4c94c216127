package dev.mokha.nn.fit;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;

/// Progress as plain lines, some twenty in all: for logs and pipes.
final class ProgressLines implements Progress {
    private static final int LINES = 20;

    private final PrintStream out;
    private final String name;
    private final Pace pace = new Pace();
    private long total;
    private long shown;

    ProgressLines(PrintStream out, String name) {
        this.out = out;
        this.name = name;
    }

    @Override
    public void begin(long done, long total) {
        this.total = total;
        this.shown = done * LINES / Math.max(1, total);
        if (done > 0) {
            out.println(name + ": resumes after step " + done + " of " + total);
        }
    }

    @Override
    public void step(StepReport report) {
        pace.add(report);
        long twentieth = report.step() * LINES / total;
        if (twentieth > shown || pace.isFirst()) {
            shown = twentieth;
            out.println(String.format(
                    Locale.ROOT,
                    "%s: step %d/%d, %s, %s left",
                    name,
                    report.step(),
                    total,
                    figures(report, pace),
                    clock(pace.left(report.step(), total))));
        }
    }

    @Override
    public void evaluated(long step, Map<String, Double> figures) {
        out.println(name + ": " + evaluation(step, figures));
    }

    @Override
    public void note(String message) {
        out.println(name + ": " + message);
    }

    @Override
    public void end(Outcome outcome) {
        out.println(name + ": " + outcome.name().toLowerCase(Locale.ROOT).replace('_', ' '));
    }

    /// `loss 3.2107, lr 2.9e-04, 13,400 tokens/s`; without the speed where tokens are not counted. What the task
    /// says beside it follows.
    static String figures(StepReport report, Pace pace) {
        var figures = new StringJoiner(", ");
        figures.add(String.format(Locale.ROOT, "loss %.4f, lr %.1e", report.loss(), report.rate()));
        double speed = pace.tokensPerSecond();
        if (speed > 0) {
            figures.add(String.format(Locale.ROOT, "%,.0f tokens/s", speed));
        }
        report.figures().forEach((name, value) -> figures.add(String.format(Locale.ROOT, "%s %.4f", name, value)));
        return figures.toString();
    }

    /// `step 200 evaluated: bits per byte 1.92`
    static String evaluation(long step, Map<String, Double> figures) {
        var parts = new StringJoiner(", ");
        new TreeMap<>(figures)
                .forEach((figure, value) -> parts.add(String.format(Locale.ROOT, "%s %.4f", figure, value)));
        return "step " + step + " evaluated: " + parts;
    }

    private static String clock(Duration time) {
        return time.toHours() > 0
                ? String.format(Locale.ROOT, "%d:%02d:%02d", time.toHours(), time.toMinutesPart(), time.toSecondsPart())
                : String.format(Locale.ROOT, "%d:%02d", time.toMinutes(), time.toSecondsPart());
    }

    /// Speed and time left, from the reports of this part of the run.
    static final class Pace {
        private static final double MEMORY = 0.95;

        private long reports;
        private long firstStep;
        private double firstSeconds;
        private long lastTokens;
        private double lastSeconds;
        private double speed;

        void add(StepReport report) {
            if (reports++ == 0) {
                firstStep = report.step();
                firstSeconds = report.seconds();
            } else if (report.seconds() > lastSeconds) {
                double now = (report.tokens() - lastTokens) / (report.seconds() - lastSeconds);
                speed = reports == 2 ? now : MEMORY * speed + (1 - MEMORY) * now;
            }
            lastTokens = report.tokens();
            lastSeconds = report.seconds();
        }

        boolean isFirst() {
            return reports == 1;
        }

        /// {@return a running mean; 0 until two steps were seen}
        double tokensPerSecond() {
            return speed;
        }

        /// {@return the time until step `total` at the mean pace so far; for the first step, as if it took a second}
        Duration left(long step, long total) {
            double perStep = step > firstStep ? (lastSeconds - firstSeconds) / (step - firstStep) : 1;
            return Duration.ofMillis((long) (1000 * perStep * (total - step)));
        }
    }
}
