package dev.mokha.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.testkit.Close;
import dev.mokha.testkit.FiniteDifferences;
import dev.mokha.testkit.Tolerance;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The gradient of every differentiable operation against finite differences in float64, and the guard that none is
/// left out. The derivative taken is that of `Σ u · f(x)` with fixed random u.
class GradientTest {
    /// Integer or boolean results, steps, and what is not recorded.
    private static final Set<String> WITHOUT_GRADIENT = Set.of(
            "all()",
            "and(Tensor)",
            "any()",
            "argmax(int)",
            "backward()",
            "backward(Tensor)",
            "clearGrad()",
            "close()",
            "copyInPlace(Tensor)",
            "count()",
            "detach()",
            "device()",
            "dtype()",
            "eq(Tensor)",
            "eq(double)",
            "fillInPlace(double)",
            "floor()",
            "ge(Tensor)",
            "ge(double)",
            "grad()",
            "gt(Tensor)",
            "gt(double)",
            "addInPlace(Tensor,double)",
            "addProductInPlace(Tensor,Tensor,double)",
            "addQuotientInPlace(Tensor,Tensor,double)",
            "indexCopyInPlace(int,Tensor,Tensor)",
            "isClosed()",
            "isContiguous()",
            "isFinite()",
            "item()",
            "itemLong()",
            "le(Tensor)",
            "le(double)",
            "lerpInPlace(Tensor,double)",
            "lt(Tensor)",
            "lt(double)",
            "mulInPlace(Tensor)",
            "mulInPlace(double)",
            "ne(Tensor)",
            "ne(double)",
            "not()",
            "or(Tensor)",
            "rank()",
            "requiresGrad()",
            "requiresGrad(boolean)",
            "retain()",
            "round()",
            "shape()",
            "sign()",
            "size(int)",
            "toDoubles()",
            "toFloats()",
            "toLongs()",
            "toString()");

    static Stream<GradientCase> cases() {
        return GradientCase.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theGradientIsThatOfFiniteDifferences(GradientCase operation) {
        var random = new Random(operation.method().hashCode());
        double[][] points = new double[operation.inputs().length][];
        for (int i = 0; i < points.length; i++) {
            points[i] = operation.point(i, random);
        }
        for (int i = 0; i < points.length; i++) {
            int varied = i;
            double[] numeric =
                    FiniteDifferences.gradient(x -> objective(operation, replaced(points, varied, x)), points[i]);
            assertThat(numeric).as("a gradient that is not all zero").satisfies(GradientTest::isNotZero);
            Close.assertClose(
                    operation.method() + ", input " + i,
                    gradient(operation, points, i),
                    numeric,
                    Tolerance.FINITE_DIFFERENCES);
        }
    }

    private static void isNotZero(double[] values) {
        assertThat(Arrays.stream(values).map(Math::abs).max().orElse(0)).isGreaterThan(1e-4);
    }

    private static double[][] replaced(double[][] points, int which, double[] by) {
        double[][] copy = points.clone();
        copy[which] = by;
        return copy;
    }

    private static double objective(GradientCase operation, double[][] points) {
        try (var _ = Scope.open("objective");
                var _ = Gradients.off()) {
            return weighted(operation.apply(leaves(operation, points))).item();
        }
    }

    private static double[] gradient(GradientCase operation, double[][] points, int which) {
        try (var _ = Scope.open("gradient")) {
            Tensor[] leaves = leaves(operation, points);
            leaves[which].requiresGrad(true);
            weighted(operation.apply(leaves)).backward();
            return Objects.requireNonNull(leaves[which].grad()).toDoubles();
        }
    }

    private static Tensor[] leaves(GradientCase operation, double[][] points) {
        Tensor[] leaves = new Tensor[points.length];
        for (int i = 0; i < leaves.length; i++) {
            leaves[i] = Tensors.of(points[i], operation.inputs()[i]);
        }
        return leaves;
    }

    private static Tensor weighted(Tensor result) {
        assertThat(result.dtype()).isEqualTo(DType.FLOAT64);
        var random = new Random(1);
        double[] weights = random.doubles(result.count(), 0.5, 1.5).toArray();
        return result.mul(Tensors.of(weights, result.shape())).sum();
    }

    @Test
    void everyDifferentiableOperationHasACase() {
        Set<String> tested = cases().map(GradientCase::method).collect(Collectors.toCollection(TreeSet::new));
        Set<String> wanted = OperationsTest.publicMethods()
                .filter(method -> !method.startsWith("Tensors.") || method.matches("Tensors\\.(cat|stack|where)\\(.*"))
                .filter(method -> !WITHOUT_GRADIENT.contains(method.substring(method.indexOf('.') + 1)))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(wanted).hasSizeGreaterThan(70);
        assertThat(tested).isEqualTo(wanted);
    }
}
