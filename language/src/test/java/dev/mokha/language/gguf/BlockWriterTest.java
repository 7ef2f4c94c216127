package dev.mokha.language.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.tensor.DType;
import dev.mokha.tensor.Safetensors;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Against the blocks that ggml itself makes of the same numbers: `fixtures/gguf/ggml_blocks.py`.
final class BlockWriterTest {
    private static final Path FIXTURE =
            Path.of(System.getProperty("mokha.root", ".."), "fixtures", "gguf", "ggml.safetensors");
    private static final int COLUMNS = 512;
    private static final List<GgufType> QUANTIZED =
            Arrays.stream(GgufType.values()).filter(GgufType::isQuantized).toList();

    private static float[] numbers() {
        try (var _ = Scope.open();
                var file = Safetensors.open(FIXTURE)) {
            return file.tensor("numbers").toFloats();
        }
    }

    private static byte[] ofGgml(GgufType type) {
        try (var _ = Scope.open();
                var file = Safetensors.open(FIXTURE);
                Tensor bytes = file.tensor(type.name())) {
            long[] wide = bytes.to(DType.INT64).toLongs();
            byte[] narrow = new byte[wide.length];
            for (int i = 0; i < wide.length; i++) {
                narrow[i] = (byte) wide[i];
            }
            return narrow;
        }
    }

    private static double squaredError(GgufType type, MemorySegment bytes, float[] numbers) {
        float[] read = new float[numbers.length];
        Blocks.read(type, bytes, 0, read);
        double sum = 0;
        for (int i = 0; i < read.length; i++) {
            sum += (read[i] - numbers[i]) * (double) (read[i] - numbers[i]);
        }
        return sum;
    }

    @ParameterizedTest
    @EnumSource(names = {"Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0"})
    void blocksOf32AreGgmlsBitForBit(GgufType type) {
        byte[] bytes = BlockWriter.rows(type, numbers(), COLUMNS).toArray(ValueLayout.JAVA_BYTE);
        assertThat(bytes).containsExactly(ofGgml(type));
    }

    /// Row by row: the last rows are of very different sizes.
    @ParameterizedTest
    @EnumSource(names = {"Q4_K", "Q5_K", "Q6_K"})
    void blocksOf256ErrNoMoreThanGgmls(GgufType type) {
        float[] numbers = numbers();
        MemorySegment ours = BlockWriter.rows(type, numbers, COLUMNS);
        MemorySegment theirs = MemorySegment.ofArray(ofGgml(type));
        long size = type.bytes(COLUMNS);
        for (int row = 0; row < numbers.length / COLUMNS; row++) {
            float[] one = Arrays.copyOfRange(numbers, row * COLUMNS, (row + 1) * COLUMNS);
            double error = squaredError(type, ours.asSlice(row * size, size), one);
            double expected = squaredError(type, theirs.asSlice(row * size, size), one);
            assertThat(error).as("row %d", row).isLessThanOrEqualTo(expected);
        }
    }

    @Test
    void plainTypesKeepWhatTheyCan() {
        float[] numbers = {1, -2.5f, 1e-3f, 65_504};
        for (GgufType type : List.of(GgufType.F32, GgufType.F16, GgufType.BF16)) {
            float[] read = new float[4];
            Blocks.read(type, BlockWriter.rows(type, numbers, 2), 0, read);
            for (int i = 0; i < 4; i++) {
                assertThat(read[i]).isCloseTo(numbers[i], within(Math.abs(numbers[i]) / 256));
            }
        }
    }

    /// What a grid says a level stands for is what readers make of the packed block, for any levels.
    @Property(tries = 50)
    void aPackedBlockReadsAsTheGridSays(@ForAll @Size(256) byte[] fortieths, @ForAll @Size(256) byte[] wishes) {
        float[] numbers = new float[256];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = fortieths[i] / 40f;
        }
        for (GgufType type : QUANTIZED) {
            int size = type.block();
            int[] levels = new int[size];
            BlockGrid grid = BlockGrid.nearest(type, numbers, 0, levels);
            int most = Arrays.stream(levels).max().orElseThrow();
            for (int i = 0; i < size; i++) {
                float nearest = Math.abs(grid.value(i, levels[i]) - numbers[i]);
                for (int other : new int[] {levels[i] - 1, levels[i] + 1}) {
                    if (other >= 0 && other <= most) {
                        assertThat(nearest).isLessThanOrEqualTo(Math.abs(grid.value(i, other) - numbers[i]) + 1e-5f);
                    }
                }
                levels[i] = Math.floorMod(wishes[i], most + 1);
            }
            MemorySegment packed = MemorySegment.ofArray(new byte[type.bytes()]);
            grid.pack(levels, packed, 0);
            float[] read = new float[size];
            Blocks.read(type, packed, 0, read);
            for (int i = 0; i < size; i++) {
                assertThat(read[i]).as("%s at %d", type, i).isCloseTo(grid.value(i, levels[i]), within(1e-6f));
            }
        }
    }

    @Test
    void whatCannotBeRoundedIsRefused() {
        assertThatThrownBy(() -> BlockWriter.rows(GgufType.Q8_0, new float[48], 48))
                .hasMessageContaining("no whole blocks of 32");
        float[] broken = new float[32];
        broken[3] = Float.NaN;
        assertThatThrownBy(() -> BlockWriter.rows(GgufType.Q4_0, broken, 32)).hasMessageContaining("NaN");
        broken[3] = 1e30f;
        for (GgufType type : List.of(GgufType.F16, GgufType.Q4_1, GgufType.Q8_0)) {
            assertThatThrownBy(() -> BlockWriter.rows(type, broken, 32)).hasMessageContaining("too large for " + type);
        }
    }
}
