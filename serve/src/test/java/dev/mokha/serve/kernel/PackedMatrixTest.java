package dev.mokha.serve.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.language.gguf.Blocks;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PackedMatrixTest {
    @ParameterizedTest
    @EnumSource(WeightType.class)
    void rowsComeBackAsTheFileFormatDefinesThem(WeightType type) {
        int outputs = 21;
        int inputs = 512;
        try (var arena = Arena.ofConfined()) {
            MemorySegment rows = Blocky.rows(type, outputs, inputs, new Random(1), arena);
            var matrix = Blocky.packed(type, outputs, inputs, rows, arena);
            MemorySegment out = arena.allocate(4L * inputs);
            long size = rows.byteSize() / outputs;
            for (int i = 0; i < outputs; i++) {
                float[] expected = new float[inputs];
                Blocks.read(type.file(), rows.asSlice(i * size, size), 0, expected);
                matrix.row(i, out);
                assertThat(Blocky.floats(out)).containsExactly(expected, within(1e-6f));
            }
        }
    }

    @Test
    void inputsAreWholeBlocks() {
        try (var arena = Arena.ofConfined()) {
            assertThatThrownBy(() -> PackedMatrix.allocate(WeightType.Q4_K, 16, 288, arena))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("288")
                    .hasMessageContaining("256");
        }
    }
}
