package dev.mokha.nn.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class EmaTest {
    @Test
    void earlyUpdatesForgetFasterAndLaterOnesByTheDecay() {
        try (var _ = Scope.open("test")) {
            Tensor weight = Tensors.zeros(2).requiresGrad(true);
            try (var ema = new Ema(Map.of("w", weight), 0.5)) {
                weight.fillInPlace(1);
                ema.update(1); // d = 2/11
                assertThat(average(ema)).isCloseTo(9.0 / 11, within(1e-6));
                weight.fillInPlace(0);
                ema.update(1000); // d = 0.5
                assertThat(average(ema)).isCloseTo(4.5 / 11, within(1e-6));
            }
        }
    }

    @Test
    void swappingTwiceGivesEverythingBack() {
        try (var _ = Scope.open("test")) {
            Tensor weight = Tensors.zeros(2).requiresGrad(true);
            try (var ema = new Ema(Map.of("w", weight), 0.9)) {
                weight.fillInPlace(3);
                ema.swap();
                assertThat(weight.toFloats()).containsOnly(0f);
                assertThat(average(ema)).isEqualTo(3);
                ema.swap();
                assertThat(weight.toFloats()).containsOnly(3f);
                assertThat(average(ema)).isZero();
                assertThat(weight.requiresGrad()).isTrue();
            }
        }
    }

    @Test
    void missingAveragesAreNamed() {
        try (var _ = Scope.open("test");
                var ema = new Ema(Map.of("w", Tensors.zeros(2).requiresGrad(true)), 0.9)) {
            assertThatThrownBy(() -> ema.restore(Map.of())).hasMessageContaining("no 'w'");
        }
    }

    private static double average(Ema ema) {
        return Objects.requireNonNull(ema.averages().get("w")).select(0, 0).item();
    }
}
