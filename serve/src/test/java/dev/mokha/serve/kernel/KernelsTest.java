package dev.mokha.serve.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Both implementations against loops in double precision, against each other, and rows alone against rows
/// among others.
class KernelsTest {
    private static final int OUTPUTS = 40;
    private static final int INPUTS = 512;
    private static final int ROWS =
            149; // many rows take several panels at a time: 32 and more, 128 and more where inputs have 16 bits

    private final Arena arena = Arena.ofConfined();
    private final Random random = new Random(7);
    private final MemorySegment scratch = arena.allocate(Kernels.scratch(INPUTS + 96), 64);

    @AfterEach
    void free() {
        arena.close();
    }

    static List<Kernels> all() {
        var all = new ArrayList<Kernels>();
        all.add(new VectorKernels());
        @Nullable Kernels c = NativeKernels.load();
        if (c != null) {
            all.add(c);
        }
        return all;
    }

    /// {@return the kernels in C, where they run}
    static NativeKernels inC() {
        @Nullable NativeKernels c = NativeKernels.load();
        assumeThat(c).isNotNull();
        return Objects.requireNonNull(c);
    }

    static Stream<Arguments> quantised() {
        return all().stream()
                .flatMap(kernels -> Stream.of(WeightType.values())
                        .filter(WeightType::isQuantized)
                        .flatMap(type -> Stream.of(8, 16).map(bits -> Arguments.of(kernels, type, bits))));
    }

    static Stream<Arguments> floating() {
        return all().stream()
                .flatMap(kernels -> Stream.of(WeightType.F32, WeightType.F16, WeightType.BF16)
                        .map(type -> Arguments.of(kernels, type)));
    }

    private PackedMatrix matrix(WeightType type) {
        int inputs = type.block() > 32 ? INPUTS : INPUTS + 96; // the last chunk of a row is shorter
        return Blocky.packed(type, OUTPUTS, inputs, Blocky.rows(type, OUTPUTS, inputs, random, arena), arena);
    }

    private MemorySegment multiplied(Kernels kernels, PackedMatrix w, MemorySegment x, int rows, int bits) {
        var numbers = Quantized.allocate(bits, rows, w.inputs(), arena);
        kernels.quantize(x, w.inputs(), rows, w.inputs(), 0, rows, numbers);
        MemorySegment out = arena.allocate(4L * rows * 48, 64);
        kernels.productQuantized(w, 0, w.panels(), rows, numbers, out, 48, false, scratch);
        return out;
    }

    /// Σ x·w in double precision.
    private float[][] expected(PackedMatrix w, MemorySegment x, int rows) {
        MemorySegment row = arena.allocate(4L * w.inputs());
        float[][] expected = new float[rows][OUTPUTS];
        for (int n = 0; n < OUTPUTS; n++) {
            w.row(n, row);
            for (int m = 0; m < rows; m++) {
                double sum = 0;
                for (int k = 0; k < w.inputs(); k++) {
                    sum += (double) row.getAtIndex(ValueLayout.JAVA_FLOAT, k)
                            * x.getAtIndex(ValueLayout.JAVA_FLOAT, (long) m * w.inputs() + k);
                }
                expected[m][n] = (float) sum;
            }
        }
        return expected;
    }

    private static float[] row(MemorySegment out, int row) {
        return Blocky.floats(out.asSlice(4L * row * 48, 4L * OUTPUTS));
    }

    @ParameterizedTest
    @MethodSource("quantised")
    void productsOfQuantisedWeightsAreThoseOfTheirNumbers(Kernels kernels, WeightType type, int bits) {
        var w = matrix(type);
        MemorySegment x = Blocky.gaussian((long) ROWS * w.inputs(), random, arena);
        float[][] expected = expected(w, x, ROWS);
        MemorySegment out = multiplied(kernels, w, x, ROWS, bits);
        for (int m = 0; m < ROWS; m++) {
            float within = largest(expected[m]) * (bits == 8 ? 0.04f : 1e-4f);
            assertThat(row(out, m)).containsExactly(expected[m], within(within));
        }
    }

    @ParameterizedTest
    @MethodSource("quantised")
    void quantisedRowsDoNotDependOnTheirNeighbours(Kernels kernels, WeightType type, int bits) {
        var w = matrix(type);
        MemorySegment x = Blocky.gaussian((long) ROWS * w.inputs(), random, arena);
        MemorySegment together = multiplied(kernels, w, x, ROWS, bits);
        for (int m = 0; m < ROWS; m++) {
            MemorySegment alone = multiplied(kernels, w, x.asSlice(4L * m * w.inputs()), 1, bits);
            assertThat(row(alone, 0)).isEqualTo(row(together, m));
        }
    }

    @ParameterizedTest
    @EnumSource(WeightType.class)
    void bothLanguagesGiveTheSameBits(WeightType type) {
        Kernels c = inC();
        var java = new VectorKernels();
        var w = matrix(type);
        MemorySegment x = Blocky.gaussian((long) ROWS * w.inputs(), random, arena);
        if (type.isQuantized()) {
            assertThat(Blocky.floats(multiplied(java, w, x, ROWS, 16)))
                    .isEqualTo(Blocky.floats(multiplied(c, w, x, ROWS, 16)));
            assertThat(Blocky.floats(multiplied(java, w, x, ROWS, 8)))
                    .isEqualTo(Blocky.floats(multiplied(c, w, x, ROWS, 8)));
        } else {
            assertThat(Blocky.floats(floatProduct(java, w, x, ROWS)))
                    .isEqualTo(Blocky.floats(floatProduct(c, w, x, ROWS)));
        }
    }

    private MemorySegment floatProduct(Kernels kernels, PackedMatrix w, MemorySegment x, int rows) {
        MemorySegment tiled = arena.allocate(4L * rows * w.inputs(), 64);
        kernels.tileFloat(x, w.inputs(), rows, w.inputs(), 0, rows, tiled);
        MemorySegment out = arena.allocate(4L * rows * 48, 64);
        kernels.productFloat(w, 0, w.panels(), rows, tiled, out, 48, false);
        return out;
    }

    @ParameterizedTest
    @MethodSource("floating")
    void productsOfFloatWeightsAreExact(Kernels kernels, WeightType type) {
        var w = matrix(type);
        MemorySegment x = Blocky.gaussian(23L * w.inputs(), random, arena);
        float[][] expected = expected(w, x, 23);
        MemorySegment out = floatProduct(kernels, w, x, 23);
        for (int m = 0; m < 23; m++) {
            assertThat(row(out, m)).containsExactly(expected[m], within(2e-4f));
            MemorySegment alone = floatProduct(kernels, w, x.asSlice(4L * m * w.inputs()), 1);
            assertThat(row(alone, 0)).isEqualTo(row(out, m));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = WeightType.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"F32"})
    void productsInBfloatAreNearlyExactAndDoNotDependOnNeighbours(WeightType type) {
        NativeKernels c = inC();
        int inputs = 2048 + (type.block() > 32 ? 512 : 608); // they are taken in parts
        var w = Blocky.packed(type, OUTPUTS, inputs, Blocky.rows(type, OUTPUTS, inputs, random, arena), arena);
        MemorySegment x = Blocky.gaussian((long) ROWS * inputs, random, arena);
        float[][] expected = expected(w, x, ROWS);
        MemorySegment out = bfloatProduct(c, w, x, ROWS);
        for (int m = 0; m < ROWS; m++) {
            assertThat(row(out, m)).containsExactly(expected[m], within(0.01f * largest(expected[m])));
            MemorySegment alone = bfloatProduct(c, w, x.asSlice(4L * m * inputs), 1);
            assertThat(row(alone, 0)).isEqualTo(row(out, m));
        }
    }

    private static float largest(float[] values) {
        float largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    private MemorySegment bfloatProduct(NativeKernels c, PackedMatrix w, MemorySegment x, int rows) {
        MemorySegment tiled = arena.allocate(2L * rows * w.inputs(), 64);
        c.bfloat().tileBfloat(x, w.inputs(), rows, w.inputs(), 0, rows, tiled);
        MemorySegment out = arena.allocate(4L * rows * 48, 64);
        c.bfloat().productBfloat(w, 0, w.panels(), rows, tiled, out, 48, false, scratch);
        return out;
    }

    @ParameterizedTest
    @MethodSource("all")
    void whatIsAddedStays(Kernels kernels) {
        var w = matrix(WeightType.Q8_0);
        MemorySegment x = Blocky.gaussian(3L * w.inputs(), random, arena);
        var numbers = Quantized.allocate(16, 3, w.inputs(), arena);
        kernels.quantize(x, w.inputs(), 3, w.inputs(), 0, 3, numbers);
        MemorySegment once = arena.allocate(4L * 3 * 48, 64);
        MemorySegment twice = arena.allocate(4L * 3 * 48, 64);
        kernels.productQuantized(w, 0, w.panels(), 3, numbers, once, 48, false, scratch);
        kernels.productQuantized(w, 0, w.panels(), 3, numbers, twice, 48, false, scratch);
        kernels.productQuantized(w, 0, w.panels(), 3, numbers, twice, 48, true, scratch);
        float[] doubled = row(once, 2);
        for (int n = 0; n < OUTPUTS; n++) {
            doubled[n] *= 2;
        }
        assertThat(row(twice, 2)).containsExactly(doubled, within(1e-6f * largest(doubled)));
    }

    @ParameterizedTest
    @MethodSource("all")
    void partsOfTheWorkMakeTheWhole(Kernels kernels) {
        var w = matrix(WeightType.Q6_K);
        MemorySegment x = Blocky.gaussian(21L * w.inputs(), random, arena);
        var numbers = Quantized.allocate(8, 21, w.inputs(), arena);
        for (int from = 0; from < 21; from += 5) {
            kernels.quantize(x, w.inputs(), 21, w.inputs(), from, Math.min(21, from + 5), numbers);
        }
        MemorySegment out = arena.allocate(4L * 21 * 48, 64);
        for (int p = 0; p < w.panels(); p++) {
            kernels.productQuantized(w, p, p + 1, 21, numbers, out, 48, false, scratch);
        }
        assertThat(Blocky.floats(out)).isEqualTo(Blocky.floats(multiplied(kernels, w, x, 21, 8)));
    }

    @ParameterizedTest
    @MethodSource("all")
    void rowsOfZerosStayZeros(Kernels kernels) {
        var w = matrix(WeightType.Q4_K);
        MemorySegment out = multiplied(kernels, w, arena.allocate(4L * w.inputs(), 64), 1, 16);
        assertThat(row(out, 0)).containsOnly(0f);
    }

    @ParameterizedTest
    @MethodSource("all")
    void normsAndGatesAreTheirFormulas(Kernels kernels) {
        int n = 72; // no multiple of 16
        MemorySegment x = Blocky.gaussian(2L * n, random, arena);
        MemorySegment w = Blocky.gaussian(n, random, arena);
        MemorySegment out = arena.allocate(8L * n, 64);
        kernels.rmsNorm(x, n, w, 1e-5f, 2, n, out, n);
        double squares = 0;
        for (int i = 0; i < n; i++) {
            squares += Math.pow(x.getAtIndex(ValueLayout.JAVA_FLOAT, n + i), 2);
        }
        for (int i = 0; i < n; i++) {
            double value = x.getAtIndex(ValueLayout.JAVA_FLOAT, n + i) / Math.sqrt(squares / n + 1e-5);
            assertThat(out.getAtIndex(ValueLayout.JAVA_FLOAT, n + i))
                    .isCloseTo((float) (value * w.getAtIndex(ValueLayout.JAVA_FLOAT, i)), within(1e-5f));
        }
        kernels.siluProduct(x, w, n, 1, n, out, n);
        for (int i = 0; i < n; i++) {
            double g = x.getAtIndex(ValueLayout.JAVA_FLOAT, i);
            double expected = g / (1 + Math.exp(-g)) * w.getAtIndex(ValueLayout.JAVA_FLOAT, i);
            assertThat(out.getAtIndex(ValueLayout.JAVA_FLOAT, i)).isCloseTo((float) expected, within(1e-5f));
        }
    }

    @Test
    void gatesFarFromZeroNeitherOverflowNorVanishWrongly() {
        float[] gates = {-200, -90, -30, 0, 30, 90, 200, 1e30f, -1e30f};
        for (Kernels kernels : all()) {
            MemorySegment gate = arena.allocate(64L, 64);
            MemorySegment one = arena.allocate(64L, 64);
            MemorySegment out = arena.allocate(64L, 64);
            for (int i = 0; i < gates.length; i++) {
                gate.setAtIndex(ValueLayout.JAVA_FLOAT, i, gates[i]);
                one.setAtIndex(ValueLayout.JAVA_FLOAT, i, 1);
            }
            kernels.siluProduct(gate, one, 16, 1, gates.length, out, 16);
            for (int i = 0; i < gates.length; i++) {
                float expected = gates[i] > 0 ? gates[i] : 0;
                assertThat(out.getAtIndex(ValueLayout.JAVA_FLOAT, i)).isCloseTo(expected, within(1e-10f));
            }
        }
    }
}
