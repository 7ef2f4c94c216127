package dev.mokha.serve.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Products of packed weights by the Vector API: lanes are outputs. Sums run as in the C kernels, so that whole
/// numbers and float32 give the same bits.
final class VectorProducts {
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final int N = WeightType.PANEL;
    private static final int LANES = FLOATS.length();
    private static final int BLOCK = 32;

    private VectorProducts() {}

    static void quantized(
            PackedMatrix w, int from, int to, int rows, Quantized x, MemorySegment out, long stride, boolean add) {
        var panel = new QuantizedPanel(w.type());
        float[] sums = new float[rows * N];
        int[] numbers = new int[BLOCK];
        for (int p = from; p < to; p++) {
            panel.open(w.panel(p));
            for (int b = 0; b < w.inputs() / BLOCK; b++) {
                int chunk = b * BLOCK / Quantized.CHUNK;
                if (b * BLOCK % Quantized.CHUNK == 0) {
                    Arrays.fill(sums, 0);
                }
                panel.next(b);
                for (int m = 0; m < rows; ) {
                    int tile = Kernels.tileRows(rows - m);
                    for (int i = 0; i < tile; i++) {
                        long at = (long) m * (w.inputs() / BLOCK) + (long) b * tile + i;
                        numbers(x, at, numbers);
                        panel.add(numbers, x, at, sums, (m + i) * N);
                    }
                    m += tile;
                }
                if ((b + 1) * BLOCK % Quantized.CHUNK == 0 || (b + 1) * BLOCK == w.inputs()) {
                    scale(w.inputs(), x, chunk, sums, rows, out.asSlice(4L * p * N), stride, add || chunk > 0);
                }
            }
        }
    }

    /// `out (+)= sums · scale` of one chunk.
    private static void scale(
            int inputs, Quantized x, int chunk, float[] sums, int rows, MemorySegment out, long stride, boolean add) {
        for (int m = 0; m < rows; ) {
            int tile = Kernels.tileRows(rows - m);
            for (int i = 0; i < tile; i++) {
                float scale = x.scales().get(FLOAT, 4L * (m * Quantized.chunks(inputs) + chunk * tile + i));
                for (int n = 0; n < N; n += LANES) {
                    long at = 4 * ((m + i) * stride + n);
                    var there = add
                            ? FloatVector.fromMemorySegment(FLOATS, out, at, ByteOrder.nativeOrder())
                            : FloatVector.zero(FLOATS);
                    FloatVector.fromArray(FLOATS, sums, (m + i) * N + n)
                            .lanewise(VectorOperators.FMA, scale, there)
                            .intoMemorySegment(out, at, ByteOrder.nativeOrder());
                }
            }
            m += tile;
        }
    }

    /// The whole numbers of 32 activations.
    private static void numbers(Quantized x, long at, int[] numbers) {
        int passes = x.passes();
        for (int i = 0; i < BLOCK; i++) {
            int high = x.levels().get(JAVA_BYTE, at * BLOCK * passes + i);
            numbers[i] = passes == 1 ? high : 256 * high + x.levels().get(JAVA_BYTE, at * BLOCK * passes + BLOCK + i);
        }
    }

    private static void write(float[] sums, int rows, MemorySegment out, long stride, boolean add) {
        for (int m = 0; m < rows; m++) {
            for (int n = 0; n < N; n += LANES) {
                long at = 4 * (m * stride + n);
                var sum = FloatVector.fromArray(FLOATS, sums, m * N + n);
                if (add) {
                    sum = FloatVector.fromMemorySegment(FLOATS, out, at, ByteOrder.nativeOrder())
                            .add(sum);
                }
                sum.intoMemorySegment(out, at, ByteOrder.nativeOrder());
            }
        }
    }

    /// The 32 inputs of a panel that are being multiplied.
    private static final class QuantizedPanel {
        private final WeightType type;
        private final int[] levels = new int[BLOCK * N];
        private final int[] row = new int[BLOCK];
        private final float[] scales = new float[N];
        private final float[] halfScales = new float[N];
        private final float[] offsets = new float[N];
        private MemorySegment panel = MemorySegment.NULL;
        private long large;
        private long at;

        QuantizedPanel(WeightType type) {
            this.type = type;
        }

        void open(MemorySegment panel) {
            this.panel = panel;
            at = 0;
        }

        void next(int block) {
            boolean k = type.block() > BLOCK;
            if (k && block % 8 == 0) {
                large = at;
                at += type == WeightType.Q6_K ? 2 * N : 4 * N;
            }
            for (int n = 0; n < N; n++) {
                readScales(k, n);
            }
            at += k ? 2 * N : Panels.hasOffset(type) ? 4 * N : 2 * N;
            long end = at;
            for (int n = 0; n < N; n++) {
                end = Panels.getLevels(type, panel, at, n, row);
                for (int i = 0; i < BLOCK; i++) {
                    levels[i * N + n] = row[i];
                }
            }
            at = end;
        }

        private void readScales(boolean k, int n) {
            if (!k) {
                scales[n] = Panels.half(panel, at + 2L * n);
                offsets[n] = Panels.hasOffset(type) ? Panels.half(panel, at + 2L * (N + n)) : 0;
                return;
            }
            float scale = Panels.half(panel, large + 2L * n);
            int first = panel.get(JAVA_BYTE, at + n);
            int second = panel.get(JAVA_BYTE, at + N + n);
            if (type == WeightType.Q6_K) {
                scales[n] = scale * first;
                halfScales[n] = scale * second;
            } else {
                scales[n] = scale * (first & 0xFF);
                offsets[n] = -(Panels.half(panel, large + 2L * (N + n)) * (second & 0xFF));
            }
        }

        /// Adds the products of one row's 32 numbers.
        void add(int[] numbers, Quantized x, long place, float[] sums, int to) {
            float sum = x.sums().get(FLOAT, 4 * place);
            int times = Panels.middle(type) / 8;
            boolean halves = type == WeightType.Q6_K;
            int correction = halves
                    ? x.halfCorrections().get(INT, 8 * place) * times
                    : x.corrections().get(INT, 4 * place) * times;
            for (int n = 0; n < N; n += LANES) {
                var all = FloatVector.fromArray(FLOATS, sums, to + n);
                var first = dot(numbers, 0, halves ? 16 : BLOCK, n, correction);
                all = first.mulAdd(scales, n, all);
                if (halves) {
                    int other = x.halfCorrections().get(INT, 8 * place + 4) * times;
                    all = dot(numbers, 16, BLOCK, n, other).mulAdd(halfScales, n, all);
                } else if (Panels.hasOffset(type)) {
                    all = FloatVector.fromArray(FLOATS, offsets, n).lanewise(VectorOperators.FMA, sum, all);
                }
                all.intoArray(sums, to + n);
            }
        }

        private Dot dot(int[] numbers, int from, int to, int n, int start) {
            var dot = IntVector.broadcast(INTS, start);
            for (int i = from; i < to; i++) {
                dot = dot.add(IntVector.fromArray(INTS, levels, i * N + n).mul(numbers[i]));
            }
            return new Dot(dot);
        }
    }

    /// A whole sum of products, of some outputs.
    private record Dot(IntVector sum) {
        /// {@return `sum · scales + all`}
        FloatVector mulAdd(float[] scales, int n, FloatVector all) {
            var floats = (FloatVector) sum.convert(VectorOperators.I2F, 0);
            return floats.fma(FloatVector.fromArray(FLOATS, scales, n), all);
        }
    }

    static void floats(
            PackedMatrix w, int from, int to, int rows, MemorySegment x, MemorySegment out, long stride, boolean add) {
        int inputs = w.inputs();
        float[] weights = new float[inputs * N];
        float[] sums = new float[rows * N];
        for (int p = from; p < to; p++) {
            read(w.type(), w.panel(p), inputs, weights);
            for (int m = 0; m < rows; ) {
                int tile = Kernels.tileRows(rows - m);
                for (int i = 0; i < tile; i++) {
                    for (int n = 0; n < N; n += LANES) {
                        var sum = FloatVector.zero(FLOATS);
                        for (int k = 0; k < inputs; k++) {
                            float value = x.get(FLOAT, 4 * ((long) m * inputs + (long) k * tile + i));
                            sum = FloatVector.fromArray(FLOATS, weights, k * N + n)
                                    .lanewise(VectorOperators.FMA, value, sum);
                        }
                        sum.intoArray(sums, (m + i) * N + n);
                    }
                }
                m += tile;
            }
            write(sums, rows, out.asSlice(4L * p * N), stride, add);
        }
    }

    /// A panel of floats as float32, `[inputs][16]`.
    private static void read(WeightType type, MemorySegment panel, int inputs, float[] weights) {
        switch (type) {
            case F32 -> MemorySegment.copy(panel, FLOAT, 0, weights, 0, inputs * N);
            case F16 -> {
                for (int i = 0; i < inputs * N; i++) {
                    weights[i] = Panels.half(panel, 2L * i);
                }
            }
            case BF16 -> {
                for (int k = 0; k < inputs; k++) {
                    for (int n = 0; n < N; n++) {
                        long at = 4L * (k / 2 * N + n) + 2L * (k % 2);
                        weights[k * N + n] = Float.intBitsToFloat(panel.get(SHORT, at) << 16);
                    }
                }
            }
            default -> throw new IllegalArgumentException(type + " is no float type");
        }
    }

    static long sum(MemorySegment memory) {
        var sum = LongVector.zero(LongVector.SPECIES_PREFERRED);
        long whole = memory.byteSize() / 256 * 256;
        for (long i = 0; i < whole; i += LongVector.SPECIES_PREFERRED.vectorByteSize()) {
            sum = sum.add(
                    LongVector.fromMemorySegment(LongVector.SPECIES_PREFERRED, memory, i, ByteOrder.nativeOrder()));
        }
        return sum.reduceLanes(VectorOperators.ADD);
    }
}
