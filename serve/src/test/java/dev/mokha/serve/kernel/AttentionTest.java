package dev.mokha.serve.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Attention in C against the loops in Java, on keys and values that lie scattered.
class AttentionTest {
    private static final int D = 64;
    private static final int KEY_HEADS = 2;
    private static final int GROUP = 3;
    private static final int POSITIONS = 300;

    private final Arena arena = Arena.ofConfined();
    private final Random random = new Random(3);
    private final VectorKernels java = new VectorKernels();
    private Kernels c = java;
    private int[] table = {};

    @BeforeEach
    void load() {
        c = KernelsTest.inC();
        table = new int[(POSITIONS + 15) / 16];
        for (int i = 0; i < table.length; i++) {
            table[i] = (i * 7 + 3) % table.length;
        }
    }

    @AfterEach
    void free() {
        arena.close();
    }

    private MemorySegment pool(Kernels kernels, KeyValueType type) {
        long head = 2L * type.pageBytes(D);
        MemorySegment pool = arena.allocate((long) table.length * KEY_HEADS * head, 64);
        var numbers = new Random(11);
        for (int p = 0; p < POSITIONS; p++) {
            for (int h = 0; h < KEY_HEADS; h++) {
                MemorySegment key = Blocky.gaussian(D, numbers, arena);
                MemorySegment value = Blocky.gaussian(D, numbers, arena);
                MemorySegment page = pool.asSlice(((long) table[p / 16] * KEY_HEADS + h) * head, head);
                kernels.store(type, key, value, D, p % 16, page);
            }
        }
        return pool;
    }

    private float[] attended(
            Kernels kernels,
            KeyValueType type,
            MemorySegment pool,
            MemorySegment queries,
            int rows,
            int first,
            int window,
            int sinks) {
        return attended(kernels, type, pool, queries, rows, first, window, new Kernels.Sinks(sinks, queries));
    }

    private float[] attended(
            Kernels kernels,
            KeyValueType type,
            MemorySegment pool,
            MemorySegment queries,
            int rows,
            int first,
            int window,
            Kernels.Sinks sinks) {
        var keys = keys(type, pool, first, window, sinks);
        int width = KEY_HEADS * GROUP * D;
        MemorySegment out = arena.allocate(4L * rows * width, 64);
        kernels.attend(keys, queries, width, out, width, rows, 0, KEY_HEADS);
        return Blocky.floats(out);
    }

    @ParameterizedTest
    @EnumSource(KeyValueType.class)
    void bothLanguagesStoreTheSameBytes(KeyValueType type) {
        assertThat(pool(c, type).mismatch(pool(java, type))).isEqualTo(-1);
    }

    @ParameterizedTest
    @EnumSource(KeyValueType.class)
    void attentionIsThatOfTheStoredNumbers(KeyValueType type) {
        MemorySegment pool = pool(c, type);
        for (int[] rowsAndFirst : new int[][] {{1, 0}, {1, 299}, {7, 125}, {40, 200}, {130, 0}}) {
            int rows = rowsAndFirst[0];
            MemorySegment queries = Blocky.gaussian((long) rows * KEY_HEADS * GROUP * D, random, arena);
            float[] expected = attended(java, type, pool, queries, rows, rowsAndFirst[1], 0, 0);
            assertThat(attended(c, type, pool, queries, rows, rowsAndFirst[1], 0, 0))
                    .containsExactly(expected, within(2e-5f));
        }
    }

    @ParameterizedTest
    @EnumSource(KeyValueType.class)
    void attentionInBfloatIsNearlyExactAndDoesNotDependOnNeighbours(KeyValueType type) {
        BfloatKernels bfloat = KernelsTest.inC().bfloat();
        MemorySegment pool = pool(c, type);
        int width = KEY_HEADS * GROUP * D;
        for (int[] x : new int[][] {{1, 0, 0, 0}, {1, 299, 0, 0}, {45, 200, 0, 0}, {130, 0, 0, 0}, {40, 220, 150, 4}}) {
            MemorySegment queries = Blocky.gaussian((long) x[0] * width, random, arena);
            float[] exact = attended(c, type, pool, queries, x[0], x[1], x[2], x[3]);
            float[] near = attendedInBfloat(bfloat, type, pool, queries, x[0], x[1], x[2], x[3]);
            assertThat(near).containsExactly(exact, within(0.02f));
            for (int row = 0; row < x[0]; row += 7) {
                MemorySegment query = queries.asSlice(4L * row * width);
                float[] alone = attendedInBfloat(bfloat, type, pool, query, 1, x[1] + row, x[2], x[3]);
                assertThat(Arrays.copyOfRange(near, row * width, (row + 1) * width))
                        .isEqualTo(alone);
            }
        }
    }

    private float[] attendedInBfloat(
            BfloatKernels kernels,
            KeyValueType type,
            MemorySegment pool,
            MemorySegment queries,
            int rows,
            int first,
            int window,
            int sinks) {
        int width = KEY_HEADS * GROUP * D;
        MemorySegment out = arena.allocate(4L * rows * width, 64);
        MemorySegment scratch = arena.allocate(BfloatKernels.attentionScratch(rows, D, GROUP), 64);
        var keys = keys(type, pool, first, window, new Kernels.Sinks(sinks, queries));
        kernels.attendBfloat(keys, queries, width, out, width, rows, 0, KEY_HEADS, scratch);
        return Blocky.floats(out);
    }

    private Kernels.Attended keys(KeyValueType type, MemorySegment pool, int first, int window, Kernels.Sinks sinks) {
        long head = 2L * type.pageBytes(D);
        MemorySegment tables = arena.allocateFrom(ValueLayout.JAVA_INT, table);
        return new Kernels.Attended(type, pool, KEY_HEADS * head, head, tables, first, D, GROUP, window, sinks, 0.125f);
    }

    @ParameterizedTest
    @CsvSource({"1, 299, 20, 0", "30, 250, 130, 0", "30, 250, 20, 4", "64, 0, 5, 0", "64, 0, 5, 2", "9, 140, 12, 0"})
    void aWindowHidesWhatIsFarAndKeepsTheFirst(int rows, int first, int window, int sinks) {
        MemorySegment pool = pool(c, KeyValueType.F16);
        MemorySegment queries = Blocky.gaussian((long) rows * KEY_HEADS * GROUP * D, random, arena);
        float[] expected = attended(java, KeyValueType.F16, pool, queries, rows, first, window, sinks);
        assertThat(attended(c, KeyValueType.F16, pool, queries, rows, first, window, sinks))
                .containsExactly(expected, within(2e-5f));
    }

    @ParameterizedTest
    @EnumSource(KeyValueType.class)
    void sinksMeetQueriesOfTheirOwn(KeyValueType type) {
        MemorySegment pool = pool(c, type);
        int rows = 37;
        MemorySegment queries = Blocky.gaussian((long) rows * KEY_HEADS * GROUP * D, random, arena);
        var sinks = new Kernels.Sinks(4, Blocky.gaussian((long) rows * KEY_HEADS * GROUP * D, random, arena));
        for (int first : new int[] {0, 9, 250}) { // sinks in the window, at its edge, far behind it
            float[] expected = attended(java, type, pool, queries, rows, first, 20, sinks);
            assertThat(attended(c, type, pool, queries, rows, first, 20, sinks))
                    .containsExactly(expected, within(2e-5f));
            assertThat(expected).isNotEqualTo(attended(java, type, pool, queries, rows, first, 20, 4));
        }
    }

    @Test
    void blocksThatAWindowHasLeftMayBeGone() {
        MemorySegment pool = pool(c, KeyValueType.F16);
        MemorySegment queries = Blocky.gaussian((long) KEY_HEADS * GROUP * D, random, arena);
        float[] before = attended(c, KeyValueType.F16, pool, queries, 1, 299, 20, 4);
        for (int i = 1; i < 16; i++) {
            table[i] = -1;
        }
        assertThat(attended(c, KeyValueType.F16, pool, queries, 1, 299, 20, 4)).isEqualTo(before);
        assertThat(attended(java, KeyValueType.F16, pool, queries, 1, 299, 20, 4))
                .containsExactly(before, within(2e-5f));
    }

    @ParameterizedTest
    @EnumSource(KeyValueType.class)
    void rowsDoNotDependOnTheirNeighbours(KeyValueType type) {
        MemorySegment pool = pool(c, type);
        int width = KEY_HEADS * GROUP * D;
        int rows = 45;
        MemorySegment queries = Blocky.gaussian((long) rows * width, random, arena);
        for (int window : new int[] {0, 9}) {
            float[] together = attended(c, type, pool, queries, rows, 110, window, 0);
            for (int row = 0; row < rows; row++) {
                float[] alone = attended(c, type, pool, queries.asSlice(4L * row * width), 1, 110 + row, window, 0);
                assertThat(Arrays.copyOfRange(together, row * width, (row + 1) * width))
                        .isEqualTo(alone);
            }
        }
    }
}
