package dev.mokha.nn.fit;

import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The [Alarm]'s memory: the latest good losses and norms, and how many alarms rang in a row.
final class Watch {
    private final Alarm alarm;
    private final ArrayDeque<Double> losses = new ArrayDeque<>();
    private final ArrayDeque<Double> norms = new ArrayDeque<>();
    private int rung;
    private long rungAt = -1;

    /// What a checkpoint keeps of it.
    record State(List<Double> losses, List<Double> norms, int rung, long rungAt) {}

    Watch(Alarm alarm) {
        this.alarm = alarm;
    }

    /// {@return why a step is bad, or null when it is good}
    @Nullable
    String judge(double loss, double norm) {
        if (!Double.isFinite(loss)) {
            return "the loss is " + loss;
        }
        if (!Double.isFinite(norm)) {
            return "the gradient norm is " + norm;
        }
        String reason = above("the loss", loss, losses, alarm.lossFactor());
        return reason != null ? reason : above("the gradient norm", norm, norms, alarm.normFactor());
    }

    private @Nullable String above(String what, double value, ArrayDeque<Double> latest, double factor) {
        if (latest.size() < alarm.window()) {
            return null;
        }
        double median = median(latest);
        return median > 0 && value > factor * median
                ? what + " is " + value + ", above " + factor + " times its running median " + median
                : null;
    }

    /// A good step: `step` is now the number of steps taken.
    void good(long step, double loss, double norm) {
        push(losses, loss);
        push(norms, norm);
        if (step > rungAt) {
            rung = 0;
        }
    }

    /// A bad step, the one after `step` steps; {@return whether patience is at its end}
    boolean ring(long step) {
        rungAt = Math.max(rungAt, step);
        return ++rung >= alarm.patience();
    }

    State state() {
        return new State(List.copyOf(losses), List.copyOf(norms), rung, rungAt);
    }

    void restore(State state) {
        restoreWindows(state);
        rung = state.rung();
        rungAt = state.rungAt();
    }

    /// Takes back the medians but not the count of alarms: a rollback must not forget that it happened.
    void restoreWindows(State state) {
        losses.clear();
        losses.addAll(state.losses());
        norms.clear();
        norms.addAll(state.norms());
    }

    private void push(ArrayDeque<Double> latest, double value) {
        latest.addLast(value);
        if (latest.size() > alarm.window()) {
            latest.removeFirst();
        }
    }

    private static double median(ArrayDeque<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
