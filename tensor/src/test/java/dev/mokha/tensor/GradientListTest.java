package dev.mokha.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class GradientListTest {
    @Test
    void theNormIsThatOfAllGradientsTogether() {
        try (var _ = Scope.open("test")) {
            Tensor a = Tensors.ones(2).requiresGrad(true);
            Tensor b = Tensors.ones(1).requiresGrad(true);
            Tensor without = Tensors.ones(5).requiresGrad(true);
            var gradients = new GradientList(List.of(a, without, b));
            assertThat(gradients.norm()).isZero();
            a.mul(Tensors.of(new float[] {2, 3}, 2)).sum().backward();
            b.mul(6).sum().backward();
            assertThat(gradients.norm()).isCloseTo(7, within(1e-6)); // √(4 + 9 + 36)
            gradients.scale(0.5);
            assertThat(gradients.norm()).isCloseTo(3.5, within(1e-6));
            gradients.clamp(1.25);
            assertThat(Objects.requireNonNull(a.grad()).toFloats()).containsExactly(1f, 1.25f);
            assertThat(Objects.requireNonNull(b.grad()).toFloats()).containsExactly(1.25f);
            assertThat(without.grad()).isNull();
            gradients.clear();
            assertThat(a.grad()).isNull();
            assertThat(gradients.norm()).isZero();
        }
    }

    @Test
    void aGradientThatIsNotANumberShowsInTheNorm() {
        try (var _ = Scope.open("test")) {
            Tensor a = Tensors.ones(2).requiresGrad(true);
            a.mul(Double.NaN).sum().backward();
            assertThat(new GradientList(List.of(a)).norm()).isNaN();
        }
    }

    @Test
    void noParametersIsAnError() {
        assertThatThrownBy(() -> new GradientList(List.of())).hasMessageContaining("no parameter");
    }
}
