package dev.mokha.nn.optim;

/// The learning rate of each step: a pure function of the number of steps taken before it. What a schedule does not
/// cover, after its end, keeps its last rate.
public sealed interface Schedule {
    /// {@return the learning rate of the step numbered `step`, from 0}
    double at(long step);

    /// One rate for ever. With a rise before it: [WarmupStableDecay] that decays over 0 steps.
    record Constant(double rate) implements Schedule {
        public Constant {
            Checks.rate("rate", rate);
        }

        @Override
        public double at(long step) {
            return rate;
        }
    }

    /// Rises in a line from 0 to `peak` over `warmup` steps, falls in a line to `floor` at step `total`.
    record WarmupLinear(double peak, double floor, long warmup, long total) implements Schedule {
        public WarmupLinear {
            Checks.span(peak, floor, warmup, total);
        }

        @Override
        public double at(long step) {
            return step < warmup
                    ? peak * step / warmup
                    : Checks.between(peak, floor, 1 - Checks.fraction(step, warmup, total));
        }
    }

    /// Rises in a line from 0 to `peak` over `warmup` steps, falls along half a cosine to `floor` at step `total`
    /// ([Loshchilov and Hutter 2017](https://arxiv.org/abs/1608.03983), one cycle).
    record WarmupCosine(double peak, double floor, long warmup, long total) implements Schedule {
        public WarmupCosine {
            Checks.span(peak, floor, warmup, total);
        }

        @Override
        public double at(long step) {
            return step < warmup
                    ? peak * step / warmup
                    : Checks.between(peak, floor, Checks.halfCosine(Checks.fraction(step, warmup, total)));
        }
    }

    /// Rises over `warmup` steps, stays at `peak`, falls to `floor` over the last `decay` of `total` steps
    /// ([Hu et al. 2024](https://arxiv.org/abs/2404.06395);
    /// [Hägele et al. 2024](https://arxiv.org/abs/2405.18392) for the root form).
    record WarmupStableDecay(double peak, double floor, long warmup, long decay, long total, Fall fall)
            implements Schedule {
        /// The form of the fall: a line, half a cosine, or `1 − √x`, which is steep first.
        public enum Fall {
            LINEAR,
            COSINE,
            ONE_MINUS_SQRT
        }

        public WarmupStableDecay {
            Checks.span(peak, floor, warmup, total);
            if (decay < 0 || decay > total - warmup) {
                throw new IllegalArgumentException(
                        "decay must lie between 0 and total - warmup = " + (total - warmup) + " steps, was " + decay);
            }
        }

        @Override
        public double at(long step) {
            if (step < warmup) {
                return peak * step / warmup;
            }
            if (step < total - decay) {
                return peak;
            }
            double x = Checks.fraction(step, total - decay, total);
            return Checks.between(
                    peak,
                    floor,
                    switch (fall) {
                        case LINEAR -> 1 - x;
                        case COSINE -> Checks.halfCosine(x);
                        case ONE_MINUS_SQRT -> 1 - Math.sqrt(x);
                    });
        }
    }

    /// Rises over `warmup` steps, then `peak · √(warmup / step)`
    /// ([Vaswani et al. 2017, §5.3](https://arxiv.org/abs/1706.03762)).
    record InverseSqrt(double peak, long warmup) implements Schedule {
        public InverseSqrt {
            Checks.rate("peak", peak);
            if (warmup < 1) {
                throw new IllegalArgumentException("warmup must be at least 1 step, was " + warmup);
            }
        }

        @Override
        public double at(long step) {
            return step < warmup ? peak * step / warmup : peak * Math.sqrt((double) warmup / step);
        }
    }

    /// Rises from `start` to `peak` until step `top`, falls to `end` at step `total`; both along half a cosine or in
    /// lines ([Smith and Topin 2018](https://arxiv.org/abs/1708.07120)).
    record OneCycle(double start, double peak, double end, long top, long total, Form form) implements Schedule {
        /// The form of both flanks.
        public enum Form {
            LINEAR,
            COSINE
        }

        public OneCycle {
            Checks.rate("start", start);
            Checks.rate("end", end);
            Checks.span(peak, Math.min(start, end), top, total);
            if (start > peak || end > peak) {
                throw new IllegalArgumentException(
                        "the peak must be the highest rate; start " + start + ", peak " + peak + ", end " + end);
            }
        }

        /// Up in a line for half the time, down in a line for the other half: from 0 to 0.
        public static OneCycle triangle(double peak, long total) {
            return new OneCycle(0, peak, 0, total / 2, total, Form.LINEAR);
        }

        @Override
        public double at(long step) {
            boolean rising = step < top;
            double x = rising ? Checks.fraction(step, 0, top) : Checks.fraction(step, top, total);
            double down = switch (form) {
                case LINEAR -> 1 - x;
                case COSINE -> Checks.halfCosine(x);
            };
            return rising ? Checks.between(start, peak, down) : Checks.between(peak, end, down);
        }
    }

    /// For training that continues: rises in a line from `from`, the rate where the earlier run ended, to `peak` over
    /// `warmup` steps, then falls along half a cosine to `floor` at step `total`
    /// ([Ibrahim et al. 2024](https://arxiv.org/abs/2403.08763)).
    record Rewarm(double from, double peak, double floor, long warmup, long total) implements Schedule {
        public Rewarm {
            Checks.rate("from", from);
            Checks.span(peak, floor, warmup, total);
        }

        @Override
        public double at(long step) {
            return step < warmup
                    ? Checks.between(from, peak, 1 - Checks.fraction(step, 0, warmup))
                    : Checks.between(peak, floor, Checks.halfCosine(Checks.fraction(step, warmup, total)));
        }
    }
}
