package dev.mokha.tensor;

import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.DoubleSupplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;

/// What the facade costs: the same small operations through it and through the binding, one scope a step on either
/// side, in turns. It lies here because no other module may see the binding.
///
/// Time is that of the thread, so that neighbours on the machine count less. How to run it: `docs/tensors.md`.
public final class FacadeOverheadBench {
    private static final int WARM_UP = 3_000;
    private static final int ROUNDS = 60;
    private static final int STEPS = 300;
    private static final int REPEATS = 5;
    private static final int OPERATIONS = 1 + 8 * REPEATS;

    private final Tensor a;
    private final Tensor b;
    private final Tensor w;

    private FacadeOverheadBench() {
        try (var rng = new Rng(3);
                var _ = Scope.open("inputs")) {
            a = rng.normal(0, 1, 8, 8).retain();
            b = rng.normal(0, 1, 8, 8).retain();
            w = rng.normal(0, 0.3, 8, 8).retain();
        }
    }

    /// Prints medians, their ratio, and the ratio's quartiles over the rounds.
    public static void main(String[] args) {
        Engine.threads(1);
        var bench = new FacadeOverheadBench();
        try (var _ = Gradients.off()) {
            report("no gradients", bench::facade, bench::binding, System.out);
        }
        bench.w.requiresGrad(true);
        report("recorded for gradients", bench::facade, bench::binding, System.out);
    }

    private double facade() {
        try (var _ = Scope.open("step")) {
            Tensor x = a;
            for (int i = 0; i < REPEATS; i++) {
                x = x.matmul(w).add(b).mul(a).sub(b).add(0.5).mul(0.25).tanh().transpose(0, 1);
            }
            return x.sum().item();
        }
    }

    private double binding() {
        var a = this.a.handle();
        var b = this.b.handle();
        var w = this.w.handle();
        try (var _ = new PointerScope()) {
            var x = a;
            for (int i = 0; i < REPEATS; i++) {
                x = x.matmul(w)
                        .add(b)
                        .mul(a)
                        .sub(b)
                        .add(new Scalar(0.5))
                        .mul(new Scalar(0.25))
                        .tanh()
                        .transpose(0, 1);
            }
            return x.sum().item_double();
        }
    }

    private static void report(String what, DoubleSupplier facade, DoubleSupplier binding, PrintStream out) {
        time(facade, WARM_UP);
        time(binding, WARM_UP);
        double[] first = new double[ROUNDS];
        double[] second = new double[ROUNDS];
        double[] ratios = new double[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            boolean facadeFirst = i % 2 == 0;
            double one = time(facadeFirst ? facade : binding, STEPS);
            double two = time(facadeFirst ? binding : facade, STEPS);
            first[i] = facadeFirst ? one : two;
            second[i] = facadeFirst ? two : one;
            ratios[i] = first[i] / second[i];
        }
        out.printf(
                Locale.ROOT,
                "%s: facade %.3f µs, binding %.3f µs an operation; ratio of medians %.3f, quartiles of ratios %.3f to %.3f%n",
                what,
                quantile(first, 0.5),
                quantile(second, 0.5),
                quantile(first, 0.5) / quantile(second, 0.5),
                quantile(ratios, 0.25),
                quantile(ratios, 0.75));
    }

    /// {@return microseconds an operation}
    private static double time(DoubleSupplier step, int steps) {
        var threads = ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadCpuTime();
        double sum = 0;
        for (int i = 0; i < steps; i++) {
            sum += step.getAsDouble();
        }
        if (Double.isNaN(sum)) {
            throw new IllegalStateException("the operations diverged");
        }
        return (threads.getCurrentThreadCpuTime() - before) / 1e3 / steps / OPERATIONS;
    }

    private static double quantile(double[] values, double share) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[(int) Math.round(share * (sorted.length - 1))];
    }
}
