package dev.mokha.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.testkit.Close;
import dev.mokha.testkit.Tolerance;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every operation on written-out numbers, and the guard that none is left out.
class OperationsTest {
    /// What has no tensor to compare; each is in the test of the same name as its theme.
    private static final Set<String> IN_TENSOR_TEST = Set.of(
            "Tensor.retain()",
            "Tensor.close()",
            "Tensor.isClosed()",
            "Tensor.shape()",
            "Tensor.size(int)",
            "Tensor.rank()",
            "Tensor.count()",
            "Tensor.dtype()",
            "Tensor.device()",
            "Tensor.isContiguous()",
            "Tensor.item()",
            "Tensor.itemLong()",
            "Tensor.toFloats()",
            "Tensor.toDoubles()",
            "Tensor.toLongs()",
            "Tensor.requiresGrad(boolean)",
            "Tensor.requiresGrad()",
            "Tensor.backward()",
            "Tensor.backward(Tensor)",
            "Tensor.clearGrad()",
            "Tensor.toString()");

    static Stream<Case> cases() {
        return Stream.of(ArithmeticCases.cases(), ShapeCases.cases(), FunctionalCases.cases())
                .flatMap(cases -> cases);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theResultIsTheWrittenOne(Case operation) {
        try (var _ = Scope.open("test")) {
            Tensor result = operation.run().get();
            assertThat(result.dtype()).isEqualTo(operation.dtype());
            assertThat(result.shape()).isEqualTo(operation.sizes());
            Close.assertClose(operation.method(), result.toDoubles(), operation.values(), Tolerance.FLOAT64);
        }
    }

    @Test
    void everyPublicMethodHasACase() {
        Set<String> tested = cases().map(Case::method).collect(Collectors.toCollection(TreeSet::new));
        tested.addAll(IN_TENSOR_TEST);
        Set<String> methods = publicMethods().collect(Collectors.toCollection(TreeSet::new));
        assertThat(methods).hasSizeGreaterThan(140);
        assertThat(tested).isEqualTo(methods);
    }

    static Stream<String> publicMethods() {
        return Stream.of(Tensor.class, Tensors.class, Functional.class)
                .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic())
                .map(OperationsTest::signature);
    }

    private static String signature(Method method) {
        return method.getDeclaringClass().getSimpleName() + "." + method.getName()
                + Arrays.stream(method.getParameterTypes())
                        .map(Class::getSimpleName)
                        .collect(Collectors.joining(",", "(", ")"));
    }
}
