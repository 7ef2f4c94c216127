package dev.mokha.language.gguf;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/// Any bytes as a GGUF file: read, or refused as what they are.
final class GgufFuzzTest {
    private static final Path BLOCKS =
            Path.of(System.getProperty("mokha.root", ".."), "fixtures", "gguf", "blocks.gguf");

    @FuzzTest
    void anyFileIsReadOrRefused(byte[] bytes) throws IOException {
        read(bytes);
    }

    @Property(tries = 300)
    void aFileWithOneOtherByteIsReadOrRefused(@ForAll @IntRange(max = 6303) int at, @ForAll byte other)
            throws IOException {
        byte[] bytes = Files.readAllBytes(BLOCKS);
        bytes[at] = other;
        read(bytes);
    }

    private static void read(byte[] bytes) throws IOException {
        Path path = Files.write(Files.createTempFile("fuzz", ".gguf"), bytes);
        try (var file = GgufFile.open(path)) {
            file.tensors().keySet().forEach(file::floats);
        } catch (GgufException _) {
            // refused, as it may be
        } finally {
            Files.delete(path);
        }
    }
}
