package dev.mokha.tensor;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Any bytes are either read or refused with a [SafetensorsException]; nothing else is thrown and nothing crashes.
/// Without the fuzzer's environment variable (`JAZZER_FUZZ=1`) the committed inputs run as a plain test.
class SafetensorsFuzzTest {
    @FuzzTest
    void anyFileIsReadOrRefused(byte[] bytes) throws IOException {
        Path file = Files.createTempFile("fuzz", ".safetensors");
        try (var _ = Scope.open("fuzz")) {
            Files.write(file, bytes);
            try (var read = Safetensors.open(file)) {
                for (String name : read.names()) {
                    Tensor tensor = read.tensor(name);
                    if (tensor.count() * tensor.dtype().bytes()
                            != read.info(name).bytes()) {
                        throw new AssertionError(name + " has another size than its header says");
                    }
                    tensor.copy();
                }
            } catch (SafetensorsException _) {
                // refused, as it may be
            }
        } finally {
            Files.delete(file);
        }
    }

    @FuzzTest
    void anyIndexIsReadOrRefused(byte[] bytes) {
        try {
            SafetensorsIndex.parse(Path.of("model.safetensors.index.json"), bytes);
        } catch (SafetensorsException _) {
            // refused, as it may be
        }
    }
}
