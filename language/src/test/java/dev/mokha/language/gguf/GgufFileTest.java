package dev.mokha.language.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.tensor.Safetensors;
import dev.mokha.tensor.Scope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Against what the gguf library of Python reads: `fixtures/gguf`.
class GgufFileTest {
    private static final Path FIXTURES = Path.of(System.getProperty("mokha.root", ".."), "fixtures", "gguf");
    private static final Path BLOCKS = FIXTURES.resolve("blocks.gguf");

    @TempDir
    static Path folder;

    @Test
    void everyTypeStandsForTheNumbersThatTheLibraryReads() {
        try (var file = GgufFile.open(BLOCKS);
                var expected = Safetensors.open(FIXTURES.resolve("expected.safetensors"));
                var _ = Scope.open("expected")) {
            assertThat(file.tensors()).hasSize(16);
            assertThat(file.tensors().values().stream().map(GgufTensor::type)).contains(GgufType.values());
            for (GgufTensor tensor : file.tensors().values()) {
                assertThat(tensor.shape())
                        .isEqualTo(expected.info(tensor.name()).shape());
                assertThat(file.floats(tensor.name()))
                        .as(tensor.name())
                        .containsExactly(expected.tensor(tensor.name()).toFloats(), within(0f)); // -0 is 0
            }
        }
    }

    @Test
    void rowsInTheMiddleAreReadAsTheyAreAmongAll() {
        try (var file = GgufFile.open(BLOCKS)) {
            for (GgufTensor tensor : file.tensors().values()) {
                int row = Math.toIntExact(tensor.shape().getLast());
                float[] some = new float[row];
                Blocks.read(tensor.type(), file.bytes(tensor), row, some);
                assertThat(some).containsExactly(Arrays.copyOfRange(file.floats(tensor.name()), row, 2 * row));
            }
            GgufTensor four = file.tensor("random.Q4_0");
            assertThatThrownBy(() -> Blocks.read(GgufType.Q4_0, file.bytes(four), 5, new float[32]))
                    .hasMessageContaining("whole blocks of 32");
        }
    }

    @Test
    void metadataKeepsItsTypes() {
        try (var file = GgufFile.open(BLOCKS)) {
            assertThat(file.text("general.architecture")).isEqualTo("llama");
            assertThat(file.text("general.name")).isEqualTo("نماذج");
            assertThat(file.number("llama.block_count")).isEqualTo(2);
            assertThat(file.number("test.negative")).isEqualTo(-5);
            assertThat(file.number("test.large")).isEqualTo(1L << 40);
            assertThat(file.metadata())
                    .containsEntry("llama.rope.freq_base", 10000.5)
                    .containsEntry("tokenizer.ggml.add_bos_token", true)
                    .containsEntry("tokenizer.ggml.tokens", List.of("<s>", "سلام", "▁a"))
                    .containsEntry("tokenizer.ggml.scores", List.of(0.0, -1.5, -2.0));
            assertThatThrownBy(() -> file.number("general.name")).hasMessageContaining("whole number");
            assertThatThrownBy(() -> file.text("none")).hasMessageContaining("has no 'none'");
            assertThatThrownBy(() -> file.floats("none")).hasMessageContaining("no tensor 'none'");
        }
    }

    @Test
    void whatIsNoGgufFileIsRefusedByName() throws IOException {
        refuses(new byte[0], "no GGUF file");
        refuses("GGML and more bytes than twenty-four".getBytes(StandardCharsets.UTF_8), "no GGUF file");
        refuses(header(1, 0, 0), "version 1");
        refuses(header(3, 1L << 60, 0), "claims 1152921504606846976 tensors");
        refuses(header(3, 0, -1), "claims 18446744073709551615 keys");
        assertThatThrownBy(() -> GgufFile.open(folder.resolve("none.gguf"))).hasMessageContaining("does not exist");
    }

    private static byte[] header(int version, long tensors, long keys) {
        return ByteBuffer.allocate(24)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0x46554747)
                .putInt(version)
                .putLong(tensors)
                .putLong(keys)
                .array();
    }

    private static void refuses(byte[] bytes, String words) throws IOException {
        Path file = Files.write(folder.resolve("bad.gguf"), bytes);
        assertThatThrownBy(() -> GgufFile.open(file))
                .isInstanceOf(GgufException.class)
                .hasMessageContaining(words)
                .hasMessageContaining("bad.gguf");
    }

    /// Cut anywhere before the last number, the file is refused.
    @Property(tries = 200)
    void aFileThatWasCutShortIsRefused(@ForAll @IntRange(max = 6283) int length) throws IOException {
        byte[] whole = Files.readAllBytes(BLOCKS);
        Path file = Files.write(Files.createTempFile("cut", ".gguf"), Arrays.copyOf(whole, length));
        try {
            assertThatThrownBy(() -> GgufFile.open(file)).isInstanceOf(GgufException.class);
        } finally {
            Files.delete(file);
        }
    }
}
