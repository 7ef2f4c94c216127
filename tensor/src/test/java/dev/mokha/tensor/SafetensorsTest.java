package dev.mokha.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsTest {
    @TempDir
    private Path folder;

    @Test
    void whatIsWrittenIsRead() {
        Path file = folder.resolve("model.safetensors");
        try (var _ = Scope.open("test")) {
            var tensors = new LinkedHashMap<String, Tensor>();
            tensors.put("flags", Tensors.of(new boolean[] {true, false, true}, 3));
            tensors.put("weight", Tensors.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3));
            tensors.put("scalar", Tensors.scalar(2.5, DType.BFLOAT16));
            tensors.put("none", Tensors.zeros(0, 4));
            tensors.put("ids", Tensors.of(new long[] {7, -1}, 2));
            Safetensors.write(file, tensors, Map.of("made by", "a test"));
            try (var read = Safetensors.open(folder)) {
                assertThat(read.names()).containsExactly("ids", "weight", "none", "scalar", "flags");
                assertThat(read.metadata()).containsEntry("format", "pt").containsEntry("made by", "a test");
                assertThat(read.info("weight")).hasToString("Stored[dtype=FLOAT32, shape=[2, 3]]");
                for (var entry : tensors.entrySet()) {
                    Tensor tensor = read.tensor(entry.getKey());
                    assertThat(tensor.dtype()).isEqualTo(entry.getValue().dtype());
                    assertThat(tensor.shape()).isEqualTo(entry.getValue().shape());
                    assertThat(tensor.toDoubles()).isEqualTo(entry.getValue().toDoubles());
                }
            }
        }
    }

    @Test
    void aTensorStaysValidWhenItsFileIsClosedAndItsScopeEndsIt() {
        Path file = folder.resolve("model.safetensors");
        Tensor weight;
        try (var _ = Scope.open("reading")) {
            Safetensors.write(file, Map.of("weight", Tensors.of(new float[] {1, 2, 3}, 3)), Map.of());
            var read = Safetensors.open(file);
            weight = read.tensor("weight");
            read.close();
            read.close();
            assertThatThrownBy(() -> read.tensor("weight"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("was closed")
                    .hasMessageContaining("'weight'");
            weight.addInPlace(weight, 1);
            assertThat(weight.toFloats()).containsExactly(2, 4, 6);
            try (var again = Safetensors.open(file)) {
                assertThat(again.tensor("weight").toFloats()).containsExactly(1, 2, 3);
            }
        }
        assertThatThrownBy(weight::toFloats).hasMessageContaining("'reading'");
    }
}
