package dev.mokha.nn.optim;

/// Arithmetic and checks that schedules share.
final class Checks {
    private Checks() {}

    static void rate(String name, double rate) {
        if (!(rate >= 0) || Double.isInfinite(rate)) {
            throw new IllegalArgumentException("the rate '" + name + "' must be 0 or more, was " + rate);
        }
    }

    static void span(double peak, double floor, long warmup, long total) {
        rate("peak", peak);
        rate("floor", floor);
        if (floor > peak) {
            throw new IllegalArgumentException("the floor " + floor + " lies above the peak " + peak);
        }
        if (warmup < 0 || total < 1 || warmup > total) {
            throw new IllegalArgumentException("a schedule needs 0 <= warmup <= total and at least one step; warmup is "
                    + warmup + ", total " + total);
        }
    }

    /// How far `step` has come from `start` to `end`, in [0, 1].
    static double fraction(long step, long start, long end) {
        return end <= start ? 1 : Math.clamp((double) (step - start) / (end - start), 0.0, 1.0);
    }

    /// 1 at 0, 0 at 1, along half a cosine.
    static double halfCosine(double x) {
        return 0.5 * (1 + Math.cos(Math.PI * x));
    }

    /// `high` where `weight` is 1, `low` where it is 0.
    static double between(double high, double low, double weight) {
        return low + (high - low) * weight;
    }
}
