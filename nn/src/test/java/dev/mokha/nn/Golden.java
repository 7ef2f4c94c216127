package dev.mokha.nn;

import dev.mokha.tensor.Safetensors;
import dev.mokha.tensor.Tensor;
import dev.mokha.testkit.Close;
import dev.mokha.testkit.Tolerance;
import java.nio.file.Path;
import java.util.Arrays;
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

    static void assertClose(Tensor found, double[] expected, double tolerance) {
        double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
        Close.assertClose(
                found.toString(),
                found.toDoubles(),
                expected,
                Tolerance.absolute("of the largest expected value", tolerance * Math.max(1, largest)));
    }
}
