package dev.mokha.knowledge.triples;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Files from elsewhere are read or refused with a message; nothing else happens.
final class FactFileFuzzTest {

    @FuzzTest(maxDuration = "5s")
    void anyBytesAreReadOrRefused(byte[] bytes) throws IOException {
        Path file = Files.createTempFile("facts", ".any");
        try {
            Files.write(file, bytes);
            for (FactFormat format : FactFormat.values()) {
                try {
                    Collected.of(new FactFile(file, format, null, true), new BadLines(3));
                } catch (MalformedFactsException e) {
                    assertThat(e).hasMessageContaining(file.toString());
                }
            }
        } finally {
            Files.delete(file);
        }
    }
}
