package dev.mokha.nn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.tensor.Safetensors;
import dev.mokha.tensor.Tensor;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;

/// The golden values of `fixtures/nn`, and comparison that says how far off and where.
final class Golden {
    private Golden() {}

    /// {@return the fixture; a test closes it}
    static Safetensors open() {
        return Safetensors.open(Path.of(System.getProperty("mokha.root"), "fixtures", "nn", "expected.safetensors"));
    }

    static Tensor grad(Tensor leaf) {
        return Objects.requireNonNull(leaf.grad(), "no gradient arrived");
    }

    /// Passes when no element is off by more than `tolerance` times the largest expected magnitude, or 1 if that is
    /// smaller.
    static void assertClose(Tensor found, Tensor expected, double tolerance) {
        assertClose(found, expected.toDoubles(), tolerance);
    }

    static void assertClose(Tensor found, double[] wanted, double tolerance) {
        double[] values = found.toDoubles();
        assertThat(values).hasSameSizeAs(wanted);
        double scale = 1;
        double worst = 0;
        int at = 0;
        for (int i = 0; i < wanted.length; i++) {
            scale = Math.max(scale, Math.abs(wanted[i]));
            double off = Math.abs(values[i] - wanted[i]);
            if (off > worst || Double.isNaN(off)) {
                worst = Double.isNaN(off) ? Double.POSITIVE_INFINITY : off;
                at = i;
            }
        }
        String message = wanted.length == 0
                ? "empty"
                : String.format(
                        Locale.ROOT, "off by %.3g at %d: found %g, wanted %g", worst, at, values[at], wanted[at]);
        assertThat(worst).as(message).isLessThanOrEqualTo(tolerance * scale);
    }
}
