package dev.mokha.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceTest {
    @Test
    void theProcessorIsAlwaysThere() {
        assertThat(Device.parse("cpu")).isEqualTo(Device.CPU).hasToString("cpu");
        assertThat(Device.parse("auto")).isEqualTo(Device.best());
        assertThat(new Device(Device.Kind.CUDA, 3)).hasToString("cuda:3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "CPU", "cpu:1", "gpu", "cuda:", "cuda:x", "cuda:-1", "cuda:1000", "cuda:0 "})
    void anUnknownNameIsRefusedWithTheKnownOnes(String text) {
        assertThatThrownBy(() -> Device.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'")
                .hasMessageContaining("cpu, cuda, cuda:N, auto");
    }

    @Test
    void aGpuThatIsNotThereIsRefusedWithTheWayOut() {
        assertThatThrownBy(() -> Device.parse("cuda:99"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no GPU 99")
                .hasMessageContaining("-Pcuda");
    }

    @Test
    void theProcessorHasOneIndex() {
        assertThatThrownBy(() -> new Device(Device.Kind.CPU, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Device(Device.Kind.CUDA, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTensorThatIsThereIsNotCopied() {
        try (var _ = Scope.open()) {
            Tensor tensor = Tensors.zeros(4);
            assertThat(tensor.to(Device.CPU).bytes().address())
                    .isEqualTo(tensor.bytes().address());
        }
    }
}
