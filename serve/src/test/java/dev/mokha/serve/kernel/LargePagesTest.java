package dev.mokha.serve.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LargePagesTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 4096, (2 << 20) - 1, 2 << 20, (6 << 20) + 12_345})
    void memoryIsZeroedAlignedAndWrittenFromEndToEnd(long bytes) {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment memory = LargePages.allocate(bytes, 64, arena);
            assertThat(memory.byteSize()).isEqualTo(bytes);
            assertThat(memory.address() % 64).isZero();
            assertThat(memory.mismatch(MemorySegment.ofArray(new byte[(int) bytes])))
                    .isEqualTo(-1);
            memory.fill((byte) 7);
            assertThat(memory.get(ValueLayout.JAVA_BYTE, bytes - 1)).isEqualTo((byte) 7);
        }
    }

    @Test
    void whatIsLargeBeginsWhereALargePageDoesAndDiesWithItsArena() {
        MemorySegment memory;
        try (Arena arena = Arena.ofShared()) {
            memory = LargePages.allocate(5 << 20, 64, arena);
            assertThat(memory.address() % 4096).isZero();
        }
        assertThatThrownBy(() -> memory.get(ValueLayout.JAVA_BYTE, 0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void noAlignmentBeyondAPageIsPromised() {
        try (Arena arena = Arena.ofConfined()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> LargePages.allocate(1, 8192, arena))
                    .withMessageContaining("8192");
        }
    }
}
