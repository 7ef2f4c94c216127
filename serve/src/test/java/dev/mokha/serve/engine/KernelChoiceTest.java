package dev.mokha.serve.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.serve.kernel.VectorKernels;
import org.junit.jupiter.api.Test;

final class KernelChoiceTest {
    @Test
    void aProcessorWithoutTheInstructionsOfTheKernelsInCComputesInJavaAndSaysSo() {
        assertThat(PackedModels.kernels(null, true)).isInstanceOf(VectorKernels.class);
        assertThat(PackedModels.kernels(null, true).describe()).contains("Vector API");
    }

    @Test
    void kernelsInCAreTakenWhereThereAreAny() {
        var c = new VectorKernels(); // stands for them
        assertThat(PackedModels.kernels(c, false)).isSameAs(c);
    }

    @Test
    void aJvmWithoutTheVectorApiIsToldHowToStart() {
        assertThatThrownBy(() -> PackedModels.kernels(null, false))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("--add-modules jdk.incubator.vector");
    }
}
