package dev.mokha.serve.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/// The kernels in Java, for machines for which there are none in C, and as their oracle. Products use the
/// Vector API, which the JVM has to be given: `--add-modules jdk.incubator.vector`.
public final class VectorKernels implements Kernels {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final int PASS = 127;
    private static final int TWO_PASSES = 127 * 256;

    /// @throws IllegalStateException where the JVM was not given the Vector API
    public VectorKernels() {
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
            throw new IllegalStateException("kernels in Java need the Vector API: start the JVM with"
                    + " --add-modules jdk.incubator.vector; without it they would be many times slower");
        }
    }

    @Override
    public String describe() {
        return "Java's Vector API, " + FloatVector.SPECIES_PREFERRED.vectorBitSize() + " bits";
    }

    @Override
    public @Nullable BfloatKernels bfloat() {
        return null;
    }

    @Override
    public void productQuantized(
            PackedMatrix w,
            int from,
            int to,
            int rows,
            Quantized x,
            MemorySegment out,
            long stride,
            boolean add,
            MemorySegment scratch) {
        VectorProducts.quantized(w, from, to, rows, x, out, stride, add);
    }

    @Override
    public void productFloat(
            PackedMatrix w, int from, int to, int rows, MemorySegment x, MemorySegment out, long stride, boolean add) {
        VectorProducts.floats(w, from, to, rows, x, out, stride, add);
    }

    @Override
    public void quantize(MemorySegment x, long stride, int rows, int inputs, int from, int to, Quantized out) {
        for (int m = 0; m < to; ) {
            int tile = Kernels.tileRows(rows - m);
            for (int i = 0; i < tile; i++) {
                if (m + i >= from && m + i < to) {
                    for (int c = 0; c < Quantized.chunks(inputs); c++) {
                        quantizeChunk(x, 4L * (m + i) * stride, inputs, c, new Place(m, i, tile), out);
                    }
                }
            }
            m += tile;
        }
    }

    /// A row in its tile.
    ///
    /// @param first row of the tile
    /// @param row counted from that
    /// @param tile how many rows it has
    private record Place(int first, int row, int tile) {
        /// {@return where what each row has `count` of lies}
        long of(int count, int index) {
            return (long) first * count + (long) index * tile + row;
        }
    }

    private static void quantizeChunk(MemorySegment x, long row, int inputs, int chunk, Place place, Quantized out) {
        int from = chunk * Quantized.CHUNK;
        int to = Math.min(inputs, from + Quantized.CHUNK);
        float largest = 0;
        for (int i = from; i < to; i++) {
            largest = Math.max(largest, Math.abs(x.get(FLOAT, row + 4L * i)));
        }
        int most = out.passes() == 1 ? PASS : TWO_PASSES;
        float inverse = largest > 0 ? most / largest : 0;
        out.scales().set(FLOAT, 4 * place.of(Quantized.chunks(inputs), chunk), largest / most);
        for (int b = from / 32; b < to / 32; b++) {
            quantizeBlock(x, row + 128L * b, inverse, place.of(inputs / 32, b), out);
        }
    }

    private static void quantizeBlock(MemorySegment x, long at, float inverse, long place, Quantized out) {
        int[] sums = new int[2];
        for (int i = 0; i < 32; i++) {
            int number = (int) Math.rint(x.get(FLOAT, at + 4L * i) * inverse);
            sums[i / 16] += number;
            long to = place * 32 * out.passes() + i;
            if (out.passes() == 1) {
                out.levels().set(JAVA_BYTE, to, (byte) number);
            } else {
                out.levels().set(JAVA_BYTE, to, (byte) ((number + 128) >> 8));
                out.levels().set(JAVA_BYTE, to + 32, (byte) number);
            }
        }
        out.sums().set(FLOAT, 4 * place, sums[0] + sums[1]);
        out.corrections().set(ValueLayout.JAVA_INT, 4 * place, -8 * (sums[0] + sums[1]));
        out.halfCorrections().set(ValueLayout.JAVA_INT, 8 * place, -8 * sums[0]);
        out.halfCorrections().set(ValueLayout.JAVA_INT, 8 * place + 4, -8 * sums[1]);
    }

    @Override
    public void tileFloat(MemorySegment x, long stride, int rows, int inputs, int from, int to, MemorySegment out) {
        for (int m = 0; m < to; ) {
            int tile = Kernels.tileRows(rows - m);
            for (int i = Math.max(0, from - m); i < tile && m + i < to; i++) {
                for (long k = 0; k < inputs; k++) {
                    float value = x.get(FLOAT, 4 * ((m + i) * stride + k));
                    out.set(FLOAT, 4 * ((long) m * inputs + k * tile + i), value);
                }
            }
            m += tile;
        }
    }

    @Override
    public void rmsNorm(
            MemorySegment x,
            long stride,
            MemorySegment w,
            float eps,
            int rows,
            int n,
            MemorySegment out,
            long outStride) {
        for (int row = 0; row < rows; row++) {
            double squares = 0;
            for (int i = 0; i < n; i++) {
                double value = x.get(FLOAT, 4 * (row * stride + i));
                squares += value * value;
            }
            float factor = (float) (1 / Math.sqrt(squares / n + eps));
            for (int i = 0; i < n; i++) {
                float value = x.get(FLOAT, 4 * (row * stride + i)) * factor * w.get(FLOAT, 4L * i);
                out.set(FLOAT, 4 * (row * outStride + i), value);
            }
        }
    }

    @Override
    public void siluProduct(
            MemorySegment gate, MemorySegment up, long stride, int rows, int n, MemorySegment out, long outStride) {
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < n; i++) {
                double g = gate.get(FLOAT, 4 * (row * stride + i));
                float u = up.get(FLOAT, 4 * (row * stride + i));
                out.set(FLOAT, 4 * (row * outStride + i), (float) (g / (1 + Math.exp(-g))) * u);
            }
        }
    }

    @Override
    public void addBias(MemorySegment x, long stride, MemorySegment bias, int rows, int n) {
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < n; i++) {
                long at = 4 * (row * stride + i);
                x.set(FLOAT, at, x.get(FLOAT, at) + bias.get(FLOAT, 4L * i));
            }
        }
    }

    @Override
    public void rotate(MemorySegment x, int heads, int headDim, MemorySegment cosines, MemorySegment sines) {
        int half = headDim / 2;
        for (int h = 0; h < heads; h++) {
            for (int i = 0; i < half; i++) {
                long first = 4L * (h * headDim + i);
                long second = first + 4L * half;
                float u = x.get(FLOAT, first);
                float v = x.get(FLOAT, second);
                float c = cosines.get(FLOAT, 4L * i);
                float s = sines.get(FLOAT, 4L * i);
                x.set(FLOAT, first, u * c - v * s);
                x.set(FLOAT, second, v * c + u * s);
            }
        }
    }

    @Override
    public long sum(MemorySegment memory) {
        return VectorProducts.sum(memory);
    }

    @Override
    public void store(
            KeyValueType type, MemorySegment key, MemorySegment value, int headDim, int slot, MemorySegment page) {
        new Page(type, headDim, page).store(key, value, slot);
    }

    @Override
    public void attend(
            Attended keys,
            MemorySegment queries,
            long stride,
            MemorySegment out,
            long outStride,
            int rows,
            int from,
            int to) {
        int d = keys.headDim();
        for (int row = 0; row < rows; row++) {
            for (int h = from * keys.group(); h < to * keys.group(); h++) {
                MemorySegment query = queries.asSlice(4 * (row * stride + (long) h * d), 4L * d);
                MemorySegment mixed = out.asSlice(4 * (row * outStride + (long) h * d), 4L * d);
                MemorySegment meeting = keys.sinks().count() == 0
                        ? query
                        : keys.sinks().queries().asSlice(4 * (row * stride + (long) h * d), 4L * d);
                attend(keys, query, meeting, mixed, keys.position() + row, h / keys.group());
            }
        }
    }

    /// @param meeting the query as it meets the sinks
    private static void attend(
            Attended x, MemorySegment query, MemorySegment meeting, MemorySegment out, long position, int head) {
        int d = x.headDim();
        int count = (int) position + 1;
        float[] usual = query.toArray(FLOAT);
        float[] sunk = meeting.toArray(FLOAT);
        float[] vector = new float[d];
        double[] scores = new double[count];
        double largest = Double.NEGATIVE_INFINITY;
        for (int p = 0; p < count; p++) {
            boolean sink = p < x.sinks().count();
            float[] q = sink ? sunk : usual;
            boolean seen = x.window() == 0 || p > position - x.window() || sink;
            @Nullable Page page = seen ? page(x, p, head) : null;
            scores[p] = Double.NEGATIVE_INFINITY;
            if (page != null) {
                page.key(p % KeyValueType.PAGE, vector);
                double dot = 0;
                for (int i = 0; i < d; i++) {
                    dot += (double) q[i] * x.scale() * vector[i];
                }
                scores[p] = dot;
                largest = Math.max(largest, dot);
            }
        }
        double total = 0;
        double[] sums = new double[d];
        for (int p = 0; p < count; p++) {
            @Nullable Page page = scores[p] == Double.NEGATIVE_INFINITY ? null : page(x, p, head);
            if (page != null) {
                double weight = Math.exp(scores[p] - largest);
                total += weight;
                page.value(p % KeyValueType.PAGE, vector);
                for (int i = 0; i < d; i++) {
                    sums[i] += weight * vector[i];
                }
            }
        }
        for (int i = 0; i < d; i++) {
            out.set(FLOAT, 4L * i, (float) (sums[i] / total));
        }
    }

    private static @Nullable Page page(Attended x, int position, int head) {
        int block = x.table().get(ValueLayout.JAVA_INT, 4L * (position / KeyValueType.PAGE));
        return block < 0
                ? null
                : new Page(x.type(), x.headDim(), x.pool().asSlice(block * x.blockBytes() + head * x.headBytes()));
    }
}
