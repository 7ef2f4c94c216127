package dev.mokha.serve.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Rows of float32 in the forms in which products take them, and the products. The first rows may be computed
/// in float32 and the others in bfloat16, where the weights are floats; see [Arithmetic].
///
/// For one caller; its [Team] does the work.
public final class Activations {
    private static final int ROWS_A_PART = 8;

    private final Kernels kernels;
    private final @Nullable BfloatKernels bfloat;
    private final Team team;
    private final Quantized whole;
    private final MemorySegment floats;
    private final MemorySegment[] scratch;

    private MemorySegment source = MemorySegment.NULL;
    private long stride;
    private int rows;
    private int exact;
    private int inputs;
    private boolean isQuantized;
    private int floatRows; // how many of the rows in `floats` are float32, the others bfloat16; -1 for none yet

    /// @param rows the most there will be
    /// @param inputs the most there will be
    public Activations(Kernels kernels, Team team, Arithmetic arithmetic, int rows, int inputs, Arena arena) {
        this.kernels = kernels;
        this.bfloat = arithmetic == Arithmetic.EXACT ? null : kernels.bfloat();
        this.team = team;
        this.whole = Quantized.allocate(arithmetic.bits(), rows, inputs, arena);
        this.floats = arena.allocate(4L * rows * inputs, 64);
        this.scratch = new MemorySegment[team.threads()];
        for (int i = 0; i < scratch.length; i++) {
            scratch[i] = arena.allocate(Math.max(BfloatKernels.SCRATCH, WeightType.F16.panelBytes(inputs)), 64);
        }
    }

    /// Takes rows; nothing is copied before a product needs it, so they have to stay until then.
    ///
    /// @param stride floats from a row to the next
    /// @param exact how many of the rows, the first, are never computed in bfloat16
    public void take(MemorySegment source, long stride, int rows, int exact, int inputs) {
        this.source = source;
        this.stride = stride;
        this.rows = rows;
        this.exact = bfloat == null ? rows : exact;
        this.inputs = inputs;
        isQuantized = false;
        floatRows = -1;
    }

    /// A product with the rows that were taken.
    ///
    /// @param out of the first row, of output 0; rows have room for whole panels of outputs
    /// @param stride floats from a row of `out` to the next
    /// @param add whether to add to what is there
    public record Product(PackedMatrix weights, MemorySegment out, long stride, boolean add) {}

    /// Multiplies the rows with one matrix.
    public void multiply(Product product) {
        multiply(List.of(product));
    }

    /// Multiplies the rows with several matrices, as one piece of work.
    public void multiply(List<Product> products) {
        prepare(products);
        int[] chunks = new int[products.size()];
        int[] starts = new int[products.size() + 1];
        int panels =
                products.stream().mapToInt(product -> product.weights.panels()).sum();
        for (int i = 0; i < chunks.length; i++) {
            chunks[i] = chunk(products.get(i).weights, panels);
            starts[i + 1] = starts[i] + (products.get(i).weights.panels() + chunks[i] - 1) / chunks[i];
        }
        team.run(starts[chunks.length], (part, thread) -> {
            int i = 0;
            while (part >= starts[i + 1]) {
                i++;
            }
            int from = (part - starts[i]) * chunks[i];
            Product product = products.get(i);
            part(product, from, Math.min(from + chunks[i], product.weights.panels()), scratch[thread]);
        });
    }

    /// {@return how many panels one part has: few enough that threads finish together; with many rows as many
    /// as stay in the cache while all rows pass by}
    ///
    /// @param all panels of the products that are computed together
    private int chunk(PackedMatrix weights, int all) {
        int fair = Math.max(1, all / (8 * team.threads()));
        return rows <= 16
                ? Math.min(fair, weights.panels())
                : (int) Math.max(1, Math.min(fair, BfloatKernels.SCRATCH / weights.panelBytes()));
    }

    private void part(Product product, int from, int to, MemorySegment scratch) {
        PackedMatrix w = product.weights;
        if (w.type().isQuantized()) {
            kernels.productQuantized(w, from, to, rows, whole, product.out, product.stride, product.add);
            return;
        }
        int first = floatRows;
        if (first > 0) {
            kernels.productFloat(w, from, to, first, floats, product.out, product.stride, product.add);
        }
        if (bfloat != null && first < rows) {
            bfloat.productBfloat(
                    w,
                    from,
                    to,
                    rows - first,
                    floats.asSlice(4L * first * inputs),
                    product.out.asSlice(4L * first * product.stride),
                    product.stride,
                    product.add,
                    scratch);
        }
    }

    private void prepare(List<Product> products) {
        boolean quantized = false;
        boolean floating = false;
        int wanted = exact;
        for (Product product : products) {
            WeightType type = product.weights.type();
            if (product.weights.inputs() != inputs) {
                throw new IllegalArgumentException("rows of " + inputs + " cannot be multiplied with a matrix of "
                        + product.weights.inputs() + " inputs");
            }
            quantized |= type.isQuantized();
            floating |= !type.isQuantized();
            wanted = type == WeightType.F32 ? rows : wanted;
        }
        if (quantized && !isQuantized) {
            eachRows((from, to) -> kernels.quantize(source, stride, rows, inputs, from, to, whole));
            isQuantized = true;
        }
        if (floating && floatRows != wanted) {
            int first = wanted;
            eachRows((from, to) -> tile(from, to, first));
            floatRows = first;
        }
    }

    private interface RowRange {
        void of(int from, int to);
    }

    private void eachRows(RowRange work) {
        team.run((rows + ROWS_A_PART - 1) / ROWS_A_PART, (part, _) -> {
            int from = part * ROWS_A_PART;
            work.of(from, Math.min(from + ROWS_A_PART, rows));
        });
    }

    private void tile(int from, int to, int first) {
        if (from < first) {
            kernels.tileFloat(source, stride, first, inputs, from, Math.min(to, first), floats);
        }
        if (bfloat != null && to > first) {
            bfloat.tileBfloat(
                    source.asSlice(4L * first * stride),
                    stride,
                    rows - first,
                    inputs,
                    Math.max(0, from - first),
                    to - first,
                    floats.asSlice(4L * first * inputs));
        }
    }
}
