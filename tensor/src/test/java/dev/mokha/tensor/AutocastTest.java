package dev.mokha.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.testkit.Close;
import dev.mokha.testkit.Tolerance;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class AutocastTest {
    @Test
    void productsRunInBfloat16AndLossesInFloat32() {
        try (var _ = Scope.open("test")) {
            Tensor x = Tensors.of(new float[] {1, 2, 3, 4}, 2, 2);
            Tensor w = Tensors.of(new float[] {0.1f, 0.2f, 0.3f, 0.4f}, 2, 2).requiresGrad(true);
            try (var _ = Autocast.bfloat16(Device.CPU)) {
                assertThat(Autocast.isOn(Device.CPU)).isTrue();
                assertThat(Autocast.dtype(Device.CPU)).isEqualTo(DType.BFLOAT16);
                Tensor logits = Functional.linear(x, w, null);
                assertThat(logits.dtype()).isEqualTo(DType.BFLOAT16);
                assertThat(x.matmul(w).dtype()).isEqualTo(DType.BFLOAT16);
                assertThat(x.add(x).dtype()).isEqualTo(DType.FLOAT32);
                Tensor loss = Functional.crossEntropy(logits, Case.ids(0, 1), 0);
                assertThat(loss.dtype()).isEqualTo(DType.FLOAT32);
                Close.assertClose("logits", logits.toFloats(), new double[] {0.5, 1.1, 1.1, 2.5}, Tolerance.BFLOAT16);
                loss.backward();
            }
            assertThat(Objects.requireNonNull(w.grad()).dtype()).isEqualTo(DType.FLOAT32);
            assertThat(Functional.linear(x, w, null).dtype()).isEqualTo(DType.FLOAT32);
        }
    }

    @Test
    void nestedUsesRestoreWhatStoodBefore() {
        assertThat(Autocast.isOn(Device.CPU)).isFalse();
        try (var _ = Autocast.bfloat16(Device.CPU)) {
            try (var _ = Autocast.bfloat16(Device.CPU)) {
                assertThat(Autocast.isOn(Device.CPU)).isTrue();
            }
            assertThat(Autocast.isOn(Device.CPU)).isTrue();
            try (var _ = Autocast.off(Device.CPU);
                    var _ = Scope.open("test")) {
                assertThat(Tensors.ones(1, 2).matmul(Tensors.ones(2, 1)).dtype())
                        .isEqualTo(DType.FLOAT32);
            }
            assertThat(Autocast.isOn(Device.CPU)).isTrue();
        }
        assertThat(Autocast.isOn(Device.CPU)).isFalse();
    }

    @Test
    void aWeightChangedBetweenTwoUsesIsReadAnew() {
        try (var _ = Scope.open("test")) {
            Tensor x = Tensors.ones(1, 2);
            Tensor w = Tensors.ones(1, 2).requiresGrad(true);
            try (var _ = Autocast.bfloat16(Device.CPU)) {
                assertThat(Functional.linear(x, w, null).item()).isEqualTo(2);
            }
            w.mulInPlace(3);
            try (var _ = Autocast.bfloat16(Device.CPU)) {
                assertThat(Functional.linear(x, w, null).item()).isEqualTo(6);
            }
        }
    }

    @Test
    void aVirtualThreadIsRefused() throws InterruptedException {
        var thrown = new AtomicReference<Throwable>();
        Thread.ofVirtual()
                .start(() -> {
                    try (var _ = Autocast.bfloat16(Device.CPU)) {
                        Engine.start();
                    } catch (IllegalStateException e) {
                        thrown.set(e);
                    }
                })
                .join();
        assertThat(thrown.get()).hasMessageContaining("virtual thread");
        assertThat(Autocast.isOn(Device.CPU)).isFalse();
    }
}
